"""Writes steps.csv: parameters after each of six steps of torch.optim, in float64.
usage: make_steps.py > steps.csv
The loss is sum of (k+1)/2 p_k^2 for the five numbers p = 1, -2, 0.5, 3, -0.25 (k from 0); the names
are those of the table in tests/ops/optim/test_step.c. Rows: name;step;k;value.
"""
import torch

START = [1.0, -2.0, 0.5, 3.0, -0.25]
OPTIM = {
    "sgd": (torch.optim.SGD, dict(lr=0.1)),
    "sgd decay": (torch.optim.SGD, dict(lr=0.1, weight_decay=0.05)),
    "momentum": (torch.optim.SGD, dict(lr=0.05, momentum=0.9)),
    "momentum decay": (torch.optim.SGD, dict(lr=0.05, momentum=0.8, weight_decay=0.1)),
    "nesterov": (torch.optim.SGD, dict(lr=0.05, momentum=0.9, nesterov=True)),
    "nesterov decay": (
        torch.optim.SGD,
        dict(lr=0.05, momentum=0.7, nesterov=True, weight_decay=0.1),
    ),
    "rmsprop": (torch.optim.RMSprop, dict(lr=0.01)),
    "rmsprop all": (torch.optim.RMSprop, dict(lr=0.02, alpha=0.9, eps=1e-3, weight_decay=0.1)),
    "adam": (torch.optim.Adam, dict(lr=0.01)),
    "adam all": (
        torch.optim.Adam,
        dict(lr=0.02, betas=(0.8, 0.99), eps=1e-3, weight_decay=0.1),
    ),
    "adamw": (torch.optim.AdamW, dict(lr=0.01, weight_decay=0.01)),
    "adamw all": (
        torch.optim.AdamW,
        dict(lr=0.02, betas=(0.8, 0.99), eps=1e-3, weight_decay=0.3),
    ),
}

torch.set_default_dtype(torch.float64)
for name, (make, options) in OPTIM.items():
    p = torch.tensor(START, requires_grad=True)
    optimizer = make([p], **options)
    for step in range(1, 7):
        optimizer.zero_grad()
        (torch.arange(1, 6) / 2 * p * p).sum().backward()
        optimizer.step()
        for k, value in enumerate(p.tolist()):
            print(f"{name};{step};{k};{value!r}")
