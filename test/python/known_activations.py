"""What the emitted modules know of the activations of their framework, beside what the framework does with them."""

import functools
import random

import numpy as np

# Away from 0, where one-sided derivatives differ, and dense enough to see steep pieces.
POINTS = np.concatenate([np.linspace(-8.03, 8.01, 501), [-60.0, -25.0, 25.0, 60.0]])


def text(action):
    try:
        return action()
    except ValueError as error:
        return str(error)


def settings_of(conditions):
    """Values that meet the conditions of a line of _KNOWN, out of those that frameworks take."""
    candidates = ["none", "tanh", True, False, 20.0, 31.0, 1.0]

    def meets(holds, value):
        try:
            return bool(holds(value))
        except TypeError:
            return False

    # A number where the default is one, and so on.
    return {key: next(value for value in candidates if type(value) is type(otherwise) and meets(holds, value)) for key, (holds, otherwise) in conditions.items()}


def lines(module, at, run, make=None):
    """One entry for every function and class of every line, with random numbers for its parameters."""
    chance = random.Random(0)
    found = []
    for name, functions, classes, arguments, conditions, what in module._KNOWN:
        settings = settings_of(conditions)
        for path in functions.split() + classes.split():
            for trial in range(3 if arguments else 1):
                # The first time without arguments: the defaults.
                numbers = {} if trial == 0 else {key: round(chance.uniform(-2.5, 2.5), 3) for key in arguments}
                if trial == 2 and name == "threshold":
                    numbers["value"] = numbers["threshold"]
                place = at(path)
                if place is None:
                    found.append({"path": path, "is": name, "missing": True})
                    continue
                given = {**numbers, **settings}
                try:
                    f = make(place, given) if path in classes.split() else functools.partial(place, **given) if given else place
                except (TypeError, ValueError):
                    continue  # arguments that the framework itself refuses, or demands
                known = text(lambda: module._known(f))
                entry = {"path": path, "is": name, "numbers": {arguments[key][0]: value for key, value in numbers.items()}}
                if isinstance(known, str):
                    found.append({**entry, "refused": known})
                elif known is None:
                    found.append({**entry, "unknown": True})
                else:
                    try:
                        values = run(f)
                    except RuntimeError:
                        continue  # as above, at the first call
                    held = {"name": known.name, "slopes": list(known.slopes), "runs": run(known), "values": values}
                    found.append({**entry, **held, "points": POINTS})
    return found
