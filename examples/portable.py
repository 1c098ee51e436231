#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks an index of the portable layout by Xapian alone: portable.py DIRECTORY QUERY"""
import json
import sys

import xapian

parser = xapian.QueryParser()
parser.set_stemmer(xapian.Stem("english"))
parser.set_stemming_strategy(xapian.QueryParser.STEM_ALL)
parser.add_boolean_prefix("year", "Y")
parser.add_boolean_prefix("iso", "N")
enquire = xapian.Enquire(xapian.Database(sys.argv[1]))
enquire.set_query(parser.parse_query(sys.argv[2]))
enquire.set_weighting_scheme(xapian.IneB2Weight(1.0))
for match in enquire.get_mset(0, 10):
    record = json.loads(match.document.get_data())
    print(record["id"], record["text"])
