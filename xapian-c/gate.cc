/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gate.h"

#include "base/error.h"

#include <xapian.h>

#include <new>
#include <string>
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

/* The server that an error is of, which stands as "tcp(HOST:PORT)" in its context; else empty. */
static std::string server_of(const Xapian::Error &error)
{
    const std::string &context = error.get_context();
    const size_t start = context.rfind("tcp(");
    if (start == std::string::npos)
        return {};
    const size_t end = context.find(')', start);
    return "tcp:" + context.substr(start + 4, end - start - 4);
}

static tip_status report(tip_error *err, tip_status status, const char *what,
                         const Xapian::Error &error) noexcept
{
    const char *system = error.get_error_string();
    try {
        const std::string server = server_of(error);
        return report(err, status, server.empty() ? what : server.c_str(), error.get_msg().c_str(),
                      system ? system : "");
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
    } catch (const Xapian::NetworkError &e) {
        return report(err, TIP_UNREACHABLE, what, e);
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
