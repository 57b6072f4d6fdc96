"""The kinds of request, one declaration each; `portal.cases.kinds` lists them."""
