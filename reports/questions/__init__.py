"""One module a question. Each answers a `Scope` with an `Answer`; none of them writes."""
