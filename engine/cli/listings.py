"""`datasets` and `networks`: what there is."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from engine import datasets, networks
from engine.cli.output import print_json, print_table


def list_datasets(arguments: argparse.Namespace) -> int:
    """Print the datasets of the catalogue as a table or JSON; status 0."""
    entries = datasets.catalogue()
    if arguments.json:
        print_json(
            [{"name": one.name, "title": one.title, "summary": one.summary, "bundled": one.bundled} for one in entries]
        )
    else:
        print_table([(one.name, one.title, one.summary) for one in entries], header=("name", "title", "what it is"))
    return 0


def list_networks(arguments: argparse.Namespace) -> int:
    """Print the networks of the catalogue as a table or JSON; status 0."""
    entries = networks.catalogue()
    if arguments.json:
        print_json(
            [
                {
                    "name": one.name,
                    "title": one.title,
                    "summary": one.summary,
                    "bundled": one.bundled,
                    "input_shape": networks.input_shape(one.name),
                    "recipe": asdict(networks.recipe(one.name)),
                }
                for one in entries
            ]
        )
    else:
        rows = [
            (one.name, one.title, "x".join(map(str, networks.input_shape(one.name))), one.summary) for one in entries
        ]
        print_table(rows, header=("name", "title", "input", "what it is"))
    return 0
