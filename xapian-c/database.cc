/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gate.h"
#include "handles.h"
#include "weight.h"

#include <algorithm>
#include <memory>
#include <sstream>
#include <stdexcept>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

Xapian::Database xc::open_glass(const char *path)
{
    struct stat st = {};
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno != ELOOP)
        throw Xapian::DatabaseNotFoundError(std::string(path) + ": cannot open", errno);
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        return Xapian::Database(fd, Xapian::DB_BACKEND_GLASS);
    if (fd >= 0)
        close(fd);
    if (S_ISDIR(st.st_mode))
        return Xapian::Database(path, Xapian::DB_BACKEND_GLASS);
    /* Xapian would tell of the number of a descriptor. */
    throw Xapian::DatabaseCorruptError("damaged (not a file)");
}

/* ---- Opening: the layers, what stands where, and what is gone ---- */

namespace
{

/* What a message names. */
const char *path_of(const xc_index &index, size_t layer)
{
    return layer < index.layer_count ? index.layers[layer] : "an index of too few files";
}

void add_layer(xc_database *database, size_t index, const char *path)
{
    const Xapian::Database db = xc::open_glass(path);
    database->db.add_database(db);
    database->layers.push_back({db, index, {}, {}});
}

tip_status add_layers(xc_database *database, const xc_index &description, tip_error *err)
{
    const size_t index = database->sizes.size();
    for (size_t i = 0; i < description.layer_count; i++) {
        const char *path = description.layers[i];
        const tip_status status = xc::guard(err, path, [&] { add_layer(database, index, path); });
        if (status != TIP_OK)
            return status;
    }
    return xc::guard(err, "cannot open an index", [&] { database->sizes.push_back(0); });
}

void add_run(xc_database *database, xc::layer *layers, const xc_run &run)
{
    xc::layer &layer = layers[run.layer];
    const uint64_t last = uint64_t{run.first} + run.count - 1;
    if (run.first == 0 || last > layer.db.get_lastdocid())
        throw Xapian::DatabaseCorruptError("the index speaks of documents that are not there");
    layer.spans.push_back({run.first, run.count, database->sizes.back() + 1});
    database->sizes.back() += run.count;
    database->documents += run.count;
}

/* The runs of the last index, whose layers start at `layers`. */
tip_status add_runs(xc_database *database, xc::layer *layers, const xc_index &description,
                    tip_error *err)
{
    for (size_t i = 0; i < description.run_count; i++) {
        const xc_run &run = description.runs[i];
        if (run.count == 0)
            continue;
        const tip_status status = xc::guard(err, path_of(description, run.layer), [&] {
            if (run.layer >= description.layer_count)
                throw Xapian::DatabaseCorruptError("it speaks of one more");
            add_run(database, layers, run);
        });
        if (status != TIP_OK)
            return status;
    }
    return TIP_OK;
}

/* What the spans leave out. */
void find_gone(xc::layer &layer)
{
    std::sort(layer.spans.begin(), layer.spans.end(),
              [](const xc::span &a, const xc::span &b) { return a.first < b.first; });
    uint32_t next = 1;
    for (const xc::span &span : layer.spans) {
        if (span.first < next)
            throw Xapian::DatabaseCorruptError("the index speaks of documents twice");
        if (span.first > next)
            layer.gone.push_back({next, span.first - 1});
        next = span.first + span.count;
    }
    const Xapian::docid last = layer.db.get_lastdocid();
    if (last >= next)
        layer.gone.push_back({next, last});
}

void open_gone(xc_database *database, const char *path, size_t documents)
{
    const Xapian::Database gone = path ? xc::open_glass(path) : Xapian::Database();
    if (gone.get_doccount() != documents)
        throw Xapian::DatabaseCorruptError("what is gone is not what the index leaves out");
    database->gone.add_database(gone);
}

/* Whether the layer is all of its index, in its order. */
bool is_whole(const xc::layer &layer)
{
    return layer.gone.empty() && (layer.spans.empty() || layer.spans[0].number == 1) &&
           layer.spans.size() <= 1;
}

tip_status add_gone(xc_database *database, xc::layer *layers, const xc_index &description,
                    tip_error *err)
{
    size_t documents = 0;
    database->is_plain = database->is_plain && description.layer_count == 1;
    for (size_t i = 0; i < description.layer_count; i++) {
        const tip_status status =
            xc::guard(err, description.layers[i], [&] { find_gone(layers[i]); });
        if (status != TIP_OK)
            return status;
        for (const xc::range &range : layers[i].gone)
            documents += range.last - range.first + 1;
        database->is_plain = database->is_plain && is_whole(layers[i]);
    }
    return xc::guard(err, description.gone ? description.gone : path_of(description, 0),
                     [&] { open_gone(database, description.gone, documents); });
}

tip_status add_index(xc_database *database, const xc_index &description, tip_error *err)
{
    const size_t first = database->layers.size();
    tip_status status = add_layers(database, description, err);
    xc::layer *layers = database->layers.data() + first;
    if (status == TIP_OK)
        status = add_runs(database, layers, description, err);
    if (status == TIP_OK)
        status = add_gone(database, layers, description, err);
    return status;
}

void count_lengths(xc_database *database)
{
    const Xapian::totallength length =
        xc::without(database->db.get_total_length(), database->gone.get_total_length());
    if (database->documents > 0)
        database->average_length =
            static_cast<double>(length) / static_cast<double>(database->documents);
}

} // namespace

tip_status xc_database_open(const xc_index *indexes, size_t count, xc_database **ret_database,
                            tip_error *err)
{
    std::unique_ptr<xc_database> database;
    tip_status status =
        xc::guard(err, "cannot open", [&] { database = std::make_unique<xc_database>(); });
    for (size_t i = 0; i < count && status == TIP_OK; i++)
        status = add_index(database.get(), indexes[i], err);
    if (status == TIP_OK && count > 0)
        status = xc::guard(err, path_of(indexes[0], 0), [&] { count_lengths(database.get()); });
    if (status == TIP_OK)
        *ret_database = database.release();
    return status;
}

void xc_database_free(xc_database *database)
{
    delete database;
}

/* ---- Where documents stand ---- */

uint32_t xc::number_of(const layer &layer, Xapian::docid document, size_t &span)
{
    const auto &spans = layer.spans;
    const auto holds = [&](size_t i) {
        return i < spans.size() && document - spans[i].first < spans[i].count;
    };
    if (!holds(span)) {
        const auto behind =
            std::upper_bound(spans.begin(), spans.end(), document,
                             [](Xapian::docid d, const xc::span &s) { return d < s.first; });
        if (behind == spans.begin())
            return 0;
        span = static_cast<size_t>(behind - spans.begin()) - 1;
        if (!holds(span))
            return 0;
    }
    return spans[span].number + (document - spans[span].first);
}

const xc::layer &xc::layer_of(const xc_database *database, const Xapian::Database &shard)
{
    /* Not by their uuids: a copied index has the same. */
    for (const layer &layer : database->layers)
        if (layer.db.internal == shard.internal)
            return layer;
    throw std::logic_error("a query was run on a database it was not made for");
}

/* ---- Statistics ---- */

size_t xc_database_documents(const xc_database *database)
{
    return database->documents;
}

tip_status xc_term_documents(const xc_database *database, tip_str term, size_t *ret_count,
                             tip_error *err)
{
    return xc::guard(database, err, "cannot look a term up", [&] {
        const std::string name(term.data, term.size);
        *ret_count =
            xc::without(database->db.get_termfreq(name), database->gone.get_termfreq(name));
    });
}

tip_status xc_term_weight_bound(const xc_database *database, tip_str term, double *ret_weight,
                                tip_error *err)
{
    return xc::guard(database, err, "cannot look a term up", [&] {
        const std::string name(term.data, term.size);
        const xc::term_counts counts = {
            xc::without(database->db.get_termfreq(name), database->gone.get_termfreq(name)),
            xc::without(database->db.get_collection_freq(name),
                        database->gone.get_collection_freq(name))};
        *ret_weight = xc::weight_bound(xc::term_weight(database, counts));
    });
}

tip_status xc_database_check(const char *path, tip_error *err)
{
    return xc::guard(err, path, [&] {
        xc::open_glass(path);
        std::ostringstream findings;
        const size_t errors = Xapian::Database::check(path, 0, &findings);
        if (errors == 0)
            return;
        const std::string text = findings.str();
        throw Xapian::DatabaseCorruptError(text.substr(0, text.find('\n')));
    });
}
