/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * Connections of this process, which Xapian keeps to itself. Private.
 */
#ifndef XAPIAN_C_PEER_H
#define XAPIAN_C_PEER_H

#include <string>

namespace xc
{

/** Whether this process has a connection to the server that the other side has closed. */
bool has_hung_up(const std::string &host, unsigned port);

} // namespace xc

#endif
