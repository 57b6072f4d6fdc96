"""The addresses of asking, following and leaving (design.md §5)."""

from starlette.routing import BaseRoute, Route

from portal.intake import asking, following, leaving

routes: list[BaseRoute] = [
    Route("/{lang:lang}/ask/", asking.choose),
    Route("/{lang:lang}/ask/check", asking.check),
    Route("/{lang:lang}/ask/check", asking.send, methods=["POST"]),
    Route("/{lang:lang}/ask/sent", asking.sent),
    Route("/{lang:lang}/ask/sent", asking.confirm_code, methods=["POST"]),
    Route("/{lang:lang}/ask/{kind}", asking.show_step),
    Route("/{lang:lang}/ask/{kind}", asking.answer_step, methods=["POST"]),
    Route("/{lang:lang}/follow", following.ask_code),
    Route("/{lang:lang}/follow", following.open_with_code, methods=["POST"]),
    Route("/{lang:lang}/follow/case", following.show_case),
    Route("/{lang:lang}/follow/case", following.reply, methods=["POST"]),
    Route("/{lang:lang}/follow/case/withdraw", following.ask_withdraw),
    Route("/{lang:lang}/follow/case/withdraw", following.withdraw, methods=["POST"]),
    Route("/{lang:lang}/end", leaving.finish, methods=["GET", "POST"]),
    Route("/exit", leaving.leave, methods=["GET", "POST"]),
]
