"""What every page must stand, looked at as it is: accessibility, small screens, large letters."""

from playwright.sync_api import Page

from tests.support.chromium import axe
from tests.support.page_lint import page_errors

NARROW = 320
_WIDE_BY = """() => {
  const width = innerWidth, whole = document.documentElement.scrollWidth;
  const asked = screen.width < width ? screen.width : document.documentElement.clientWidth;
  if (Math.max(width, whole) <= asked) return [];
  const apart = (e) => e && (getComputedStyle(e).position === "fixed"
    || /auto|scroll|hidden/.test(getComputedStyle(e).overflowX) || apart(e.parentElement));
  const sticksOut = (e) => {
    const box = e.getBoundingClientRect();
    const start = document.documentElement.dir === "rtl"
      ? document.documentElement.getBoundingClientRect().right - box.left : box.right;
    return box.width && start > asked + 1 && !apart(e);
  };
  const inner = [...document.body.querySelectorAll("*")].filter(sticksOut)
    .filter((e) => ![...e.children].some(sticksOut));
  return [`${whole} instead of ${asked} points`]
    .concat(inner.slice(0, 5).map((e) => e.outerHTML.slice(0, 120).replace(/\\s+/g, " ")));
}"""
_LETTERS = """(size) => {
  const root = document.documentElement;
  root.style.fontSize = "";
  if (size !== 1) root.style.fontSize = parseFloat(getComputedStyle(root).fontSize) * size + "px";
}"""
_STORED = """async () => ({
  local: localStorage.length,
  session: sessionStorage.length,
  databases: (await indexedDB.databases()).length,
  caches: window.caches ? (await caches.keys()).length : 0,
  workers: navigator.serviceWorker
    ? (await navigator.serviceWorker.getRegistrations()).length : 0,
  readable: document.cookie.length,
})"""


def inspect(page: Page) -> None:
    """Fail with all that is wrong with the page as it stands; it is left as it was."""
    problems = [*page_errors(page.content()), *axe(page), *_room(page)]
    assert not problems, f"{page.url}:\n  " + "\n  ".join(problems)


def stored(page: Page) -> list[str]:
    """Where the browser keeps something that a script can read; needs scripts to be on."""
    return [where for where, number in page.evaluate(_STORED).items() if number]


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways; nothing when it doesn't."""
    return page.evaluate(_WIDE_BY)


def enlarge(page: Page, times: float) -> None:
    """Letters of this size, as a reader sets them; 1 = as they were."""
    page.evaluate(_LETTERS, times)


def _room(page: Page) -> list[str]:
    """The screen as it is; a narrow one; and twice the size: the letters on a phone, the whole page
    in an office."""
    size = page.viewport_size
    assert size
    problems = [f"at {size['width']} points: {each}" for each in too_wide(page)]
    page.set_viewport_size({"width": NARROW, "height": size["height"]})
    problems += [f"at {NARROW} points: {each}" for each in too_wide(page)]
    if size["width"] > 2 * NARROW:
        page.set_viewport_size({"width": size["width"] // 2, "height": size["height"] // 2})
        problems += [f"twice as large: {each}" for each in too_wide(page)]
        page.set_viewport_size(size)
    else:
        page.set_viewport_size(size)
        enlarge(page, 2)
        problems += [f"with letters twice as large: {each}" for each in too_wide(page)]
        enlarge(page, 1)
    return problems
