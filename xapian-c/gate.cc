/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gate.h"

#include "base/error.h"

#include <xapian.h>

#include <new>
#include <system_error>

namespace xc
{

/* What is damaged is made anew: every message of damage says so. */
static tip_status report(tip_error *err, tip_status status, const char *what, const char *detail,
                         const char *more) noexcept
{
    return tip_fail(err, status, "%s: %s%s%s%s", what, detail, *more ? ": " : "", more,
                    status == TIP_CORRUPT ? "; rebuild the index with tipindex --rebuild" : "");
}

static tip_status report(tip_error *err, tip_status status, const char *what,
                         const Xapian::Error &error) noexcept
{
    const char *system = error.get_error_string();
    try {
        return report(err, status, what, error.get_msg().c_str(), system ? system : "");
    } catch (...) {
        return report(err, TIP_NO_MEMORY, what, "out of memory", "");
    }
}

/* Xapian gives the errno of a failed system call only as text: its presence tells the kind. */
static tip_status status_of_database_error(const Xapian::Error &error) noexcept
{
    return error.get_error_string() ? TIP_IO_ERROR : TIP_ENGINE_ERROR;
}

tip_status status_of_exception(tip_error *err, const char *what) noexcept
{
    try {
        throw;
    } catch (const Xapian::DatabaseCorruptError &e) {
        return report(err, TIP_CORRUPT, what, e);
    } catch (const Xapian::DatabaseVersionError &e) {
        return report(err, TIP_BAD_VERSION, what, e);
    } catch (const Xapian::DatabaseLockError &e) {
        return report(err, TIP_LOCKED, what, e);
    } catch (const Xapian::DatabaseOpeningError &e) {
        return report(err, TIP_NOT_FOUND, what, e);
    } catch (const Xapian::DatabaseError &e) {
        /* What the system did not refuse is wrong in the file itself, such as its early end. */
        return report(err, e.get_error_string() ? TIP_IO_ERROR : TIP_CORRUPT, what, e);
    } catch (const Xapian::InvalidArgumentError &e) {
        return report(err, TIP_BAD_ARGUMENT, what, e);
    } catch (const Xapian::RangeError &e) {
        return report(err, TIP_BAD_ARGUMENT, what, e);
    } catch (const Xapian::FeatureUnavailableError &e) {
        return report(err, TIP_UNSUPPORTED, what, e);
    } catch (const Xapian::UnimplementedError &e) {
        return report(err, TIP_UNSUPPORTED, what, e);
    } catch (const Xapian::Error &e) {
        return report(err, status_of_database_error(e), what, e);
    } catch (const std::bad_alloc &) {
        return report(err, TIP_NO_MEMORY, what, "out of memory", "");
    } catch (const std::system_error &e) {
        return report(err, TIP_IO_ERROR, what, e.what(), "");
    } catch (const std::exception &e) {
        return report(err, TIP_ENGINE_ERROR, what, e.what(), "");
    } catch (...) {
        return report(err, TIP_ENGINE_ERROR, what, "unknown error", "");
    }
}

} // namespace xc
