/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * What stands behind the handles that more than one file of this room looks into. Private.
 */
#ifndef XAPIAN_C_HANDLES_H
#define XAPIAN_C_HANDLES_H

#include "xapian_c.h"

#include <string>
#include <vector>
#include <xapian.h>

struct xc_database {
    Xapian::Database db; /* all shards as one */
    std::vector<Xapian::Database> shards;
    std::vector<std::string> uuids; /* of the shards, in order: how an accept callback learns
                                       which shard Xapian runs it on */
};

namespace xc
{

/**
 * Opens a glass database, a folder or a single file, and nothing else: told no kind, Xapian would
 * take any small file for a list of databases elsewhere, and of programs to run.
 */
Xapian::Database open_glass(const char *path);

} // namespace xc

/* libxapian 1.4.22 reads uninitialized memory where AND_MAYBE stands inside an operand that does
 * not weigh, and then matches wrongly. Its right side only weighs, so such operands do without it.
 */
struct xc_query {
    Xapian::Query query;
    Xapian::Query filter; /* the same documents, for a place where weights do not count */
};

#endif
