"""Runs emitted modules for the tests: python server.py numpy|jax|torch, one JSON request a line on stdin, one answer a line on stdout.

{"call": "load", "path": …}                       → the module's constants
{"call": "run", "cases": […]}                     → what each case gives, see `run_case`
{"call": "begin", "cases": […]}                   → free parameters at the start
{"call": "runtime", "what": …, "path": …, …}       → what the function of that name in runtime_checks.py returns
{"call": "observe", "what": …, "path": …, …}      → what the function of that name in observe_<framework>.py returns

An array is {"shape": […], "data": base64 of its little-endian doubles}: exact, NaN and infinities included.
"""

import base64
import importlib
import importlib.util
import json
import os
import sys
import traceback

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import runtime_checks


def decode(value):
    if isinstance(value, dict):
        if set(value) == {"shape", "data"}:
            return np.frombuffer(base64.b64decode(value["data"]), "<f8").reshape(value["shape"])
        return {name: decode(item) for name, item in value.items()}
    return [decode(item) for item in value] if isinstance(value, list) else value


def encode(value, to_numpy):
    if isinstance(value, dict):
        return {name: encode(item, to_numpy) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item, to_numpy) for item in value]
    if value is None or isinstance(value, (str, bool, int, float)):
        # Infinities and NaN, which JSON has no words for.
        return str(value) if isinstance(value, float) and value - value != 0 else value
    array = np.asarray(to_numpy(value), "<f8")
    return {"shape": list(array.shape), "data": base64.b64encode(array.tobytes()).decode()}


class Server:
    def __init__(self, framework):
        self.framework = importlib.import_module(f"framework_{framework}")
        self.modules = {}

    def module(self, path):
        if path not in self.modules:
            name = f"emitted_{len(self.modules)}"
            spec = importlib.util.spec_from_file_location(name, path)
            module = importlib.util.module_from_spec(spec)
            # Where deepcopy, pickle and the registration of classes look for it.
            sys.modules[name] = module
            spec.loader.exec_module(module)
            self.modules[path] = module
        return self.modules[path]

    def run_case(self, case):
        """A failure is {"error": its text}, of any step."""
        try:
            return self.framework.run(self.module(case["path"]), case)
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc(limit=-2)}

    def answer(self, request):
        call = request.pop("call")
        if call == "load":
            module = self.module(request["path"])
            return {name: value for name, value in vars(module).items() if name.isupper() and isinstance(value, (str, int, float, list, tuple))}
        if call == "run":
            return [self.run_case(case) for case in request["cases"]]
        if call == "begin":
            return [self.framework.begin(self.module(case["path"]), case["widths"], case["lipschitz"]) for case in request["cases"]]
        if call == "forward":
            module = self.module(request["path"])
            return [self.framework.through(module, case, request["dtype"]) for case in request["cases"]]
        if call == "observe":
            observations = importlib.import_module(f"observe_{self.framework.NAME}")
            return getattr(observations, request.pop("what"))(self.module(request.pop("path")), **request)
        if call == "runtime":
            path = request.pop("path")
            given = [] if path is None else [self.module(path)]
            return runtime_checks.look(request.pop("what"), self.framework, *given, **request)
        raise ValueError(f"no call {call}")


def main():
    answers = sys.stdout
    # What a module prints must not get between the answers.
    sys.stdout = sys.stderr
    server = Server(sys.argv[1])
    for line in sys.stdin:
        try:
            reply = {"value": encode(server.answer(decode(json.loads(line))), server.framework.to_numpy)}
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}\n{traceback.format_exc(limit=-3)}"}
        answers.write(json.dumps(reply, allow_nan=False) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
