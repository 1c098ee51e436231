/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gate.h"
#include "handles.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <sstream>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

Xapian::Database xc::open_glass(const char *path)
{
    struct stat st;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return Xapian::Database(path, Xapian::DB_BACKEND_GLASS);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        throw Xapian::DatabaseNotFoundError(std::string(path) + ": cannot open", errno);
    return Xapian::Database(fd, Xapian::DB_BACKEND_GLASS);
}

tip_status xc_database_open(const char *const *paths, size_t count, xc_database **ret_database,
                            tip_error *err)
{
    return xc::guard(err, count ? paths[0] : "no database", [&] {
        auto database = std::make_unique<xc_database>();
        for (size_t i = 0; i < count; i++) {
            Xapian::Database shard = xc::open_glass(paths[i]);
            database->uuids.push_back(shard.get_uuid());
            database->db.add_database(shard);
            database->shards.push_back(shard);
        }
        *ret_database = database.release();
    });
}

void xc_database_free(xc_database *database)
{
    delete database;
}

size_t xc_database_documents(const xc_database *database)
{
    return database->db.get_doccount();
}

tip_status xc_term_documents(const xc_database *database, tip_str term, size_t *ret_count,
                             tip_error *err)
{
    return xc::guard(err, "cannot look a term up", [&] {
        *ret_count = database->db.get_termfreq(std::string(term.data, term.size));
    });
}

tip_status xc_term_weight_bound(const xc_database *database, tip_str term, double *ret_weight,
                                tip_error *err)
{
    return xc::guard(err, "cannot look a term up", [&] {
        const std::string name(term.data, term.size);
        const double documents = database->db.get_doccount();
        const double with_term = database->db.get_termfreq(name);
        const double occurrences = static_cast<double>(database->db.get_collection_freq(name));
        if (with_term == 0 || documents == 0) {
            *ret_weight = 0;
            return;
        }
        const double expected =
            documents * (1 - std::pow((documents - 1) / documents, occurrences));
        const double information = std::log2((documents + 1) / (expected + 0.5));
        *ret_weight = std::max(0.0, (occurrences + 1) / with_term * information);
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

namespace
{

Xapian::Enquire enquire_for(const Xapian::Database &db, const xc_query *query, double ineb2_c)
{
    Xapian::Enquire enquire(db);
    enquire.set_query(ineb2_c > 0 ? query->query : query->filter);
    if (ineb2_c > 0)
        enquire.set_weighting_scheme(Xapian::IneB2Weight(ineb2_c));
    else
        enquire.set_weighting_scheme(Xapian::BoolWeight());
    return enquire;
}

/* The best matches are found without looking at all; counting all is cheaper without weights. */
size_t count_all(const xc_database *database, const xc_query *query, const Xapian::MSet &best)
{
    if (best.get_matches_lower_bound() == best.get_matches_upper_bound())
        return best.get_matches_lower_bound();
    const Xapian::Enquire enquire = enquire_for(database->db, query, 0);
    return enquire.get_mset(0, 0, database->db.get_doccount()).get_matches_estimated();
}

/* How many matches are looked at before those that cannot be among the best are left out. libxapian
 * 1.4.22 can leave out one that is, when it narrows an OR because only documents with several of
 * the words still count; over several shards more often. 1,500 searches of the benchmark corpus in
 * one did not meet that. So all are looked at where that costs next to nothing, and of several
 * shards. */
Xapian::doccount least_looked_at(const xc_database *database)
{
    const Xapian::doccount few = 10000;
    const Xapian::doccount documents = database->db.get_doccount();
    return documents <= few || database->uuids.size() > 1 ? documents : 0;
}

/* Xapian numbers the documents of several shards in turn: 1 of the first, 1 of the second, ... */
xc_hit hit_of(const Xapian::MSetIterator &i, size_t shards)
{
    const size_t index = *i - 1;
    return {index % shards, static_cast<uint32_t>(index / shards + 1), i.get_weight()};
}

/* Is told of each match of one shard: of several at once it would not learn which one it is. */
class Visitor : public Xapian::MatchSpy
{
  public:
    Visitor(size_t shard, xc_visit_fn visit, void *payload)
        : shard_(shard), visit_(visit), payload_(payload)
    {
    }

    void operator()(const Xapian::Document &document, double) override
    {
        visit_(payload_, shard_, document.get_docid());
    }

  private:
    size_t shard_;
    xc_visit_fn visit_;
    void *payload_;
};

} // namespace

tip_status xc_match(const xc_database *database, const xc_request *request, xc_matches *ret_matches,
                    tip_error *err)
{
    return xc::guard(err, "cannot run the query", [&] {
        const size_t documents = database->db.get_doccount();
        const Xapian::Enquire enquire = enquire_for(database->db, request->query, request->ineb2_c);
        const auto first = static_cast<Xapian::doccount>(std::min(request->first, documents));
        const auto count = static_cast<Xapian::doccount>(std::min(request->count, documents));
        const Xapian::MSet mset = enquire.get_mset(first, count, least_looked_at(database));
        const size_t total = request->exact_total ? count_all(database, request->query, mset)
                                                  : mset.get_matches_estimated();
        std::unique_ptr<xc_hit, decltype(&std::free)> hits(
            static_cast<xc_hit *>(std::calloc(mset.size() + 1, sizeof(xc_hit))), std::free);
        if (!hits)
            throw std::bad_alloc();
        size_t n = 0;
        for (auto i = mset.begin(); i != mset.end(); ++i)
            hits.get()[n++] = hit_of(i, database->uuids.size());
        *ret_matches = {hits.release(), n, total};
    });
}

void xc_matches_free(xc_matches *matches)
{
    std::free(matches->hits);
    *matches = {};
}

/* None of the matches is asked for, so that Xapian keeps and sorts none. */
tip_status xc_visit(const xc_database *database, const xc_query *query, xc_visit_fn visit,
                    void *payload, tip_error *err)
{
    return xc::guard(err, "cannot run the query", [&] {
        for (size_t i = 0; i < database->shards.size(); i++) {
            const Xapian::Database &shard = database->shards[i];
            Visitor visitor(i, visit, payload);
            Xapian::Enquire enquire = enquire_for(shard, query, 0);
            enquire.add_matchspy(&visitor);
            enquire.get_mset(0, 0, shard.get_doccount());
        }
    });
}

tip_status xc_term_visit(const xc_database *database, tip_str term, xc_visit_fn visit,
                         void *payload, tip_error *err)
{
    return xc::guard(err, "cannot look a term up", [&] {
        const std::string name(term.data, term.size);
        for (size_t i = 0; i < database->shards.size(); i++) {
            const Xapian::Database &shard = database->shards[i];
            const auto end = shard.postlist_end(name);
            for (auto posting = shard.postlist_begin(name); posting != end; ++posting)
                visit(payload, i, *posting);
        }
    });
}
