/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "full.h"

#include "gate.h"
#include "handles.h"

#include <algorithm>
#include <memory>
#include <string>
#include <sys/stat.h>
#include <utility>
#include <vector>
#include <xapian.h>

struct xc_full {
    std::string path;
    Xapian::Database db;             /* to read */
    Xapian::WritableDatabase writer; /* the same, when it is being changed */
    size_t pending;                  /* changes that are not committed */
};

namespace
{

/* What is pending is in memory, most of it positions: this many paragraphs take some 40 MB. */
enum { PENDING_MAX = 4000 };

std::string string_of(tip_str text)
{
    return text.size > 0 ? std::string(text.data, text.size) : std::string();
}

tip_str view(const std::string &text)
{
    return {text.data(), text.size()};
}

xc_full *open_to_change(const char *path, int how)
{
    const Xapian::WritableDatabase db(path, how | Xapian::DB_BACKEND_GLASS | Xapian::DB_NO_SYNC);
    return new xc_full{path, db, db, 0};
}

void count_change(xc_full *full, size_t changes)
{
    full->pending += changes;
    if (full->pending < PENDING_MAX)
        return;
    full->writer.commit();
    full->pending = 0;
}

Xapian::Document make(const xc_document &d)
{
    Xapian::Document made;
    for (size_t i = 0; i < d.posting_count; i++)
        made.add_term(string_of(d.postings[i].term), d.postings[i].wdf);
    for (size_t i = 0; i < d.place_count; i++)
        made.add_posting(string_of(d.places[i].term), d.places[i].position, 0);
    for (size_t i = 0; i < d.value_count; i++)
        made.add_value(d.values[i].slot, string_of(d.values[i].value));
    made.set_data(string_of(d.data));
    return made;
}

/* What a callback of C returned goes through the gate as it is. */
template <typename Work>
tip_status guard_status(tip_error *err, const char *what, Work work)
{
    tip_status said = TIP_OK;
    const tip_status status = xc::guard(err, what, [&] { said = work(); });
    return status == TIP_OK ? said : status;
}

} // namespace

/* ---- Writing ---- */

tip_status xc_full_new(const char *path, xc_full **ret_full, tip_error *err)
{
    return xc::guard(err, path, [&] { *ret_full = open_to_change(path, Xapian::DB_CREATE); });
}

tip_status xc_full_change(const char *path, xc_full **ret_full, tip_error *err)
{
    return xc::guard(err, path, [&] { *ret_full = open_to_change(path, Xapian::DB_OPEN); });
}

tip_status xc_full_add(xc_full *full, const xc_document *document, tip_error *err)
{
    return xc::guard(err, full->path.c_str(), [&] {
        full->writer.add_document(make(*document));
        count_change(full, 1);
    });
}

tip_status xc_full_add_all(xc_full *full, const char *path, tip_error *err)
{
    return xc::guard(err, path, [&] {
        const Xapian::Database more = xc::open_glass(path);
        for (auto at = more.postlist_begin(""); at != more.postlist_end(""); ++at) {
            full->writer.add_document(more.get_document(*at));
            count_change(full, 1);
        }
    });
}

tip_status xc_full_remove(xc_full *full, tip_str term, tip_error *err)
{
    return xc::guard(err, full->path.c_str(), [&] {
        const std::string name = string_of(term);
        const Xapian::doccount before = full->writer.get_doccount();
        full->writer.delete_document(name);
        count_change(full, before - full->writer.get_doccount());
    });
}

tip_status xc_full_set(xc_full *full, tip_str key, tip_str value, tip_error *err)
{
    return xc::guard(err, full->path.c_str(),
                     [&] { full->writer.set_metadata(string_of(key), string_of(value)); });
}

tip_status xc_full_finish(xc_full *full, tip_error *err)
{
    const std::unique_ptr<xc_full> owner(full);
    return xc::guard(err, full->path.c_str(), [&] {
        full->writer.commit();
        full->writer.close();
    });
}

void xc_full_discard(xc_full *full)
{
    if (!full)
        return;
    /* A transaction makes close() drop what is pending instead of committing it. */
    (void)xc::guard(nullptr, "", [&] {
        if (full->writer.size() > 0)
            full->writer.begin_transaction(false);
        full->db.close();
    });
    delete full;
}

tip_status xc_full_compact(const char *const *sources, size_t count, const char *path,
                           tip_error *err)
{
    return xc::guard(err, path, [&] {
        Xapian::Database all;
        for (size_t i = 0; i < count; i++)
            all.add_database(xc::open_glass(sources[i]));
        all.compact(path);
    });
}

/* ---- Reading ---- */

tip_status xc_full_open(const char *path, xc_full **ret_full, tip_error *err)
{
    return xc::guard(err, path, [&] {
        *ret_full = new xc_full{path, xc::open_glass(path), Xapian::WritableDatabase(), 0};
    });
}

size_t xc_full_documents(const xc_full *full)
{
    return full->db.get_doccount();
}

tip_status xc_full_get(const xc_full *full, tip_str key, tip_buf *ret_value, tip_error *err)
{
    return guard_status(err, full->path.c_str(), [&] {
        const std::string value = full->db.get_metadata(string_of(key));
        tip_buf_clear(ret_value);
        return tip_buf_add(ret_value, value.data(), value.size());
    });
}

tip_status xc_full_each_key(const xc_full *full, tip_str prefix,
                            tip_status (*see)(void *payload, tip_str key, tip_str value),
                            void *payload, tip_error *err)
{
    return guard_status(err, full->path.c_str(), [&] {
        const std::string start = string_of(prefix);
        tip_status status = TIP_OK;
        for (auto at = full->db.metadata_keys_begin(start);
             at != full->db.metadata_keys_end(start) && status == TIP_OK; ++at) {
            const std::string key = *at;
            status = see(payload, view(key), view(full->db.get_metadata(key)));
        }
        return status;
    });
}

tip_status xc_full_terms(const xc_full *full, tip_str prefix, size_t *ret_count, tip_error *err)
{
    return xc::guard(err, full->path.c_str(), [&] {
        const std::string start = string_of(prefix);
        size_t count = 0;
        for (auto at = full->db.allterms_begin(start); at != full->db.allterms_end(start); ++at)
            count++;
        *ret_count = count;
    });
}

namespace
{

/* The values of one slot, as documents rise. */
class Column
{
  public:
    Column(const Xapian::Database &db, Xapian::valueno slot)
        : at_(db.valuestream_begin(slot)), end_(db.valuestream_end(slot))
    {
    }

    /* Valid until the next call. */
    tip_str value_of(Xapian::docid document)
    {
        if (at_ != end_)
            at_.skip_to(document);
        value_ = at_ != end_ && at_.get_docid() == document ? *at_ : std::string();
        return view(value_);
    }

  private:
    Xapian::ValueIterator at_;
    Xapian::ValueIterator end_;
    std::string value_;
};

} // namespace

tip_status xc_full_each_value(const xc_full *full, const uint32_t *slots, size_t count,
                              tip_status (*see)(void *payload, const tip_str *values),
                              void *payload, tip_error *err)
{
    return guard_status(err, full->path.c_str(), [&] {
        std::vector<Column> columns;
        tip_str values[XC_VALUES_MAX];
        tip_status status = TIP_OK;
        if (count > XC_VALUES_MAX)
            throw Xapian::InvalidArgumentError("too many values at once");
        for (size_t i = 0; i < count; i++)
            columns.emplace_back(full->db, slots[i]);
        for (auto at = full->db.postlist_begin("");
             at != full->db.postlist_end("") && status == TIP_OK; ++at) {
            for (size_t i = 0; i < count; i++)
                values[i] = columns[i].value_of(*at);
            status = see(payload, values);
        }
        return status;
    });
}

tip_status xc_full_each_data(const xc_full *full, tip_str term, uint32_t slot,
                             tip_status (*see)(void *payload, tip_str data), void *payload,
                             tip_error *err)
{
    return guard_status(err, full->path.c_str(), [&] {
        const std::string name = string_of(term);
        std::vector<std::pair<std::string, Xapian::docid>> found;
        Column column(full->db, slot);
        tip_status status = TIP_OK;
        for (auto at = full->db.postlist_begin(name); at != full->db.postlist_end(name); ++at)
            found.emplace_back(string_of(column.value_of(*at)), *at);
        std::sort(found.begin(), found.end());
        for (size_t i = 0; i < found.size() && status == TIP_OK; i++)
            status = see(payload, view(full->db.get_document(found[i].second).get_data()));
        return status;
    });
}

/* ---- Numbers as values ---- */

tip_status xc_sortable_write(double number, tip_buf *ret_value)
{
    return guard_status(nullptr, "", [&] {
        const std::string value = Xapian::sortable_serialise(number);
        tip_buf_clear(ret_value);
        return tip_buf_add(ret_value, value.data(), value.size());
    });
}

double xc_sortable_read(tip_str value)
{
    double number = 0;
    (void)xc::guard(nullptr, "", [&] {
        if (value.size > 0)
            number = Xapian::sortable_unserialise(string_of(value));
    });
    return number;
}
