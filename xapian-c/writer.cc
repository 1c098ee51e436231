/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gate.h"
#include "xapian_c.h"

#include <memory>
#include <string>
#include <xapian.h>

struct xc_writer {
    Xapian::WritableDatabase db;
    std::string path;
};

const char *xc_version(void)
{
    return Xapian::version_string();
}

tip_status xc_writer_new(const char *path, xc_writer **ret_writer, tip_error *err)
{
    return xc::guard(err, path, [&] {
        const int flags = Xapian::DB_CREATE | Xapian::DB_BACKEND_GLASS | Xapian::DB_NO_SYNC |
                          Xapian::DB_DANGEROUS | Xapian::DB_NO_TERMLIST;
        *ret_writer = new xc_writer{Xapian::WritableDatabase(path, flags), path};
    });
}

tip_status xc_writer_add(xc_writer *writer, const xc_posting *postings, size_t count,
                         tip_error *err)
{
    return xc::guard(err, writer->path.c_str(), [&] {
        Xapian::Document document;
        for (size_t i = 0; i < count; i++) {
            std::string term(postings[i].term.data, postings[i].term.size);
            document.add_term(term, postings[i].wdf);
        }
        writer->db.add_document(document);
    });
}

tip_status xc_writer_finish(xc_writer *writer, tip_error *err)
{
    std::unique_ptr<xc_writer> owner(writer);
    return xc::guard(err, writer->path.c_str(), [&] {
        writer->db.commit();
        writer->db.close();
    });
}

void xc_writer_discard(xc_writer *writer)
{
    if (!writer)
        return;
    /* An open transaction makes close() drop what is pending instead of committing it. */
    (void)xc::guard(nullptr, "", [&] {
        writer->db.begin_transaction();
        writer->db.close();
    });
    delete writer;
}

tip_status xc_compact(const char *const *sources, size_t count, const char *path, tip_error *err)
{
    return xc::guard(err, path, [&] {
        Xapian::Database all;
        for (size_t i = 0; i < count; i++)
            all.add_database(Xapian::Database(sources[i]));
        all.compact(path, Xapian::DBCOMPACT_SINGLE_FILE);
    });
}
