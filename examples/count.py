#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Counts, by way of the C library, the paragraphs that a query finds: count.py DIRECTORY QUERY"""
import ctypes
import sys


class Str(ctypes.Structure):
    _fields_ = [("data", ctypes.c_char_p), ("size", ctypes.c_size_t)]


class Error(ctypes.Structure):
    _fields_ = [("position", ctypes.c_size_t), ("message", ctypes.c_char * 1024)]


def check(status):
    if status != 0:
        sys.exit(f"count.py: {error.message.decode()}")


tip = ctypes.CDLL("libtip.so.1")
tip.tip_results_total.restype = ctypes.c_size_t
error = Error()
searcher, query, results = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
directories = (ctypes.c_char_p * 1)(sys.argv[1].encode())
text = sys.argv[2].encode()
# A tip_search_options that is all zero asks for no hit, and for the exact total.
options = (ctypes.c_size_t * 8)()

check(tip.tip_searcher_open(directories, 1, ctypes.byref(searcher), ctypes.byref(error)))
check(tip.tip_query_parse(searcher, Str(text, len(text)), None, ctypes.byref(query),
                          ctypes.byref(error)))
check(tip.tip_search(searcher, query, options, ctypes.byref(results), ctypes.byref(error)))
print(tip.tip_results_total(results))
tip.tip_results_free(results)
tip.tip_query_free(query)
tip.tip_searcher_free(searcher)
