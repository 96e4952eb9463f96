"""The semidefinite program of the certificate, stated once more and solved by Clarabel through cvxpy.

Reads a JSON list of networks from stdin ({inputs, layers, output}; layers and output have terms {coefficient, signal,
matrix}, matrix null for the identity; layers have slopes [m, L]) and prints {"solver", "optima"} with the least 𝓛 of each.
"""
import json
import sys

import clarabel
import cvxpy
import numpy


def stacked(terms, width, offsets, order):
    """The rows that a layer or the output makes of all signals."""
    rows = numpy.zeros((width, order))
    for term in terms:
        start, end = offsets[term["signal"]], offsets[term["signal"] + 1]
        matrix = numpy.eye(width) if term["matrix"] is None else numpy.array(term["matrix"])
        rows[:, start:end] += term["coefficient"] * matrix
    return rows


def optimum(network):
    widths = [network["inputs"]] + [layer["width"] for layer in network["layers"]]
    offsets = numpy.concatenate([[0], numpy.cumsum(widths)]).astype(int)
    order = int(offsets[-1])
    square = cvxpy.Variable()
    budget = numpy.zeros((order, order))
    budget[: widths[0], : widths[0]] = numpy.eye(widths[0])
    output = stacked(network["output"]["terms"], network["output"]["width"], offsets, order)
    form = output.T @ output - square * budget
    constraints = []
    for at, layer in enumerate(network["layers"]):
        lower, upper = layer["slopes"]
        multipliers = cvxpy.Variable(layer["width"], nonneg=True)
        before = stacked(layer["terms"], layer["width"], offsets, order)
        own = numpy.zeros((layer["width"], order))
        own[:, offsets[at + 1] : offsets[at + 2]] = numpy.eye(layer["width"])
        weight = cvxpy.diag(multipliers)
        # (w - m v)(L v - w) >= 0, twice and symmetrized
        cross = (own - lower * before).T @ weight @ (upper * before - own)
        form = form + cross + cross.T
    constraints.append(-(form + form.T) / 2 >> 0)
    problem = cvxpy.Problem(cvxpy.Minimize(square), constraints)
    problem.solve(solver=cvxpy.CLARABEL, tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10)
    return {"lipschitz": float(numpy.sqrt(square.value)), "status": problem.status, "seconds": problem.solver_stats.solve_time}


networks = json.load(sys.stdin)
json.dump({"solver": f"Clarabel {clarabel.__version__} through cvxpy {cvxpy.__version__}", "optima": [optimum(network) for network in networks]}, sys.stdout)
