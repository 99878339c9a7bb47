from bench.report import Result


def run() -> Result:
    return Result("lists", "x")
