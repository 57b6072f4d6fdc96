"""The addresses of asking, following and leaving (design.md §5)."""

from starlette.routing import BaseRoute, Route

from portal.intake import (
    asking,
    changing,
    following,
    kiosk,
    later,
    leaving,
    sending,
    uploads,
)

routes: list[BaseRoute] = [
    Route("/{lang:lang}/ask/", asking.choose),
    Route("/{lang:lang}/ask/check", sending.check),
    Route("/{lang:lang}/ask/check", sending.send, methods=["POST"]),
    Route("/{lang:lang}/ask/sent", sending.sent),
    Route("/{lang:lang}/ask/sent", sending.confirm_code, methods=["POST"]),
    Route("/{lang:lang}/ask/later", later.ask_code),
    Route("/{lang:lang}/ask/later", later.open_with_code, methods=["POST"]),
    Route("/{lang:lang}/ask/{kind}", asking.show_step),
    Route("/{lang:lang}/ask/{kind}", asking.answer_step, methods=["POST"]),
    Route("/{lang:lang}/ask/{kind}/later", later.show_code),
    Route("/{lang:lang}/ask/{kind}/later", later.keep, methods=["POST"]),
    Route("/{lang:lang}/ask/{kind}/files", uploads.show_draft),
    Route("/{lang:lang}/ask/{kind}/files", uploads.add_to_draft, methods=["POST"]),
    Route("/{lang:lang}/ask/{kind}/files/remove", uploads.remove_from_draft, methods=["POST"]),
    Route("/{lang:lang}/follow", following.ask_code),
    Route("/{lang:lang}/follow", following.open_with_code, methods=["POST"]),
    Route("/{lang:lang}/follow/case", following.show_case),
    Route("/{lang:lang}/follow/case", following.reply, methods=["POST"]),
    Route("/{lang:lang}/follow/case/withdraw", changing.ask_withdraw),
    Route("/{lang:lang}/follow/case/withdraw", changing.withdraw, methods=["POST"]),
    Route("/{lang:lang}/follow/case/contact", changing.ask_contact),
    Route("/{lang:lang}/follow/case/contact", changing.give_contact, methods=["POST"]),
    Route("/{lang:lang}/follow/case/contact/confirm", changing.confirm_contact, methods=["POST"]),
    Route("/{lang:lang}/follow/case/undo", changing.undo, methods=["POST"]),
    Route("/{lang:lang}/follow/case/files", uploads.show_case),
    Route("/{lang:lang}/follow/case/files", uploads.add_to_case, methods=["POST"]),
    Route("/{lang:lang}/end", leaving.finish, methods=["GET", "POST"]),
    Route("/exit", leaving.leave, methods=["GET", "POST"]),
    Route("/kiosk", kiosk.start),
    Route("/kiosk/here", kiosk.still_here, methods=["POST"]),
    Route("/kiosk/{token}", kiosk.become),
]
