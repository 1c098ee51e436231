/* SPDX-License-Identifier: GPL-2.0-or-later */
/** @file
 * The gate between C++ exceptions and C statuses. Private to this room.
 */
#ifndef XAPIAN_C_GATE_H
#define XAPIAN_C_GATE_H

#include "tip/status.h"

namespace xc
{

/** Rethrows the current exception and turns it into a status and a message that starts with
 * `what`. To be called from a catch block only. */
tip_status status_of_exception(tip_error *err, const char *what) noexcept;

/** Runs `work`, which may throw; `what` says in the message what could not be done. */
template <typename Work>
tip_status guard(tip_error *err, const char *what, Work work) noexcept
{
    try {
        work();
        return TIP_OK;
    } catch (...) {
        return status_of_exception(err, what);
    }
}

} // namespace xc

#endif
