/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gate.h"
#include "source.h"
#include "weight.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

/* ---- Running queries ---- */

namespace
{

Xapian::Query live(const xc_database *database, const Xapian::Query &query)
{
    const auto &layers = database->layers;
    if (std::all_of(layers.begin(), layers.end(), [](const auto &l) { return l.gone.empty(); }))
        return query;
    xc::GoneSource gone(database);
    return Xapian::Query(Xapian::Query::OP_AND_NOT, query, Xapian::Query(&gone));
}

Xapian::Enquire weighing(const xc_database *database, const xc_query *query, double c)
{
    database->factors.prepare(c, database->average_length,
                              database->db.get_doclength_upper_bound());
    Xapian::Enquire enquire(database->db);
    enquire.set_query(live(database, query->query));
    enquire.set_weighting_scheme(xc::Weight(database));
    return enquire;
}

/* `db` is one layer or all. */
Xapian::Enquire filtering(const xc_database *database, const Xapian::Database &db,
                          const xc_query *query)
{
    Xapian::Enquire enquire(db);
    enquire.set_query(live(database, query->filter));
    enquire.set_weighting_scheme(Xapian::BoolWeight());
    return enquire;
}

/* Is told of each match of one layer: of several at once it would not learn which one it is. */
template <typename See>
class Visitor : public Xapian::MatchSpy
{
  public:
    explicit Visitor(See see) : see_(see)
    {
    }

    void operator()(const Xapian::Document &document, double) override
    {
        see_(document.get_docid());
    }

  private:
    See see_;
};

/* Hands the matches of a layer to `see`. None is asked for, so that Xapian keeps and sorts none. */
template <typename See>
void see_matches(const xc_database *database, const xc::layer &layer, const xc_query *query,
                 See see)
{
    Visitor<See> visitor(see);
    Xapian::Enquire enquire = filtering(database, layer.db, query);
    enquire.add_matchspy(&visitor);
    enquire.get_mset(0, 0, layer.db.get_doccount());
}

template <typename See>
void see_postings(const xc::layer &layer, const std::string &term, See see)
{
    const auto end = layer.db.postlist_end(term);
    for (auto posting = layer.db.postlist_begin(term); posting != end; ++posting)
        see(*posting);
}

/* ---- Documents by their place in an index ---- */

/* Documents of an index that are found in another order than theirs. */
class Numbers
{
  public:
    explicit Numbers(uint32_t documents) : bits_(size_t{documents} + 1)
    {
    }

    void add(uint32_t number)
    {
        bits_[number] = true;
    }

    /* The first one from `number` on; 0 when there is none. */
    uint32_t next(size_t number) const
    {
        while (number < bits_.size() && !bits_[number])
            number++;
        return number < bits_.size() ? static_cast<uint32_t>(number) : 0;
    }

  private:
    std::vector<bool> bits_;
};

/* Tells `tell` of the documents of each index, in order. `find` hands those of a layer to a
 * function by their place in it, rising; what is gone is passed over. */
template <typename Find, typename Tell>
void each_sorted(const xc_database *database, Find find, Tell tell)
{
    for (size_t index = 0; index < database->sizes.size(); index++) {
        Numbers numbers(database->sizes[index]);
        for (const xc::layer &layer : database->layers) {
            size_t span = 0;
            if (layer.index == index)
                find(layer, [&](Xapian::docid document) {
                    numbers.add(xc::number_of(layer, document, span));
                });
        }
        for (uint32_t number = numbers.next(1); number; number = numbers.next(number + size_t{1}))
            tell(index, number);
    }
}

/* The same, at once where Xapian's order is that of the indexes. */
template <typename Find, typename Tell>
void each(const xc_database *database, Find find, Tell tell)
{
    if (!database->is_plain)
        return each_sorted(database, find, tell);
    for (const xc::layer &layer : database->layers)
        find(layer, [&](Xapian::docid document) { tell(layer.index, document); });
}

/* ---- The best ---- */

using hit_list = std::vector<xc_hit>;

/* How many matches are looked at before those that cannot be among the best are left out. libxapian
 * 1.4.22 can leave out one that is, when it narrows an OR because only documents with several of
 * the words still count. 4,000 searches of 30,000 documents in one layer did not meet that, nor
 * 3,500 in two; but it happens in a tenth of those in several with a MAX below a filter. So all are
 * looked at there, and where that costs next to nothing. */
Xapian::doccount least_looked_at(const xc_database *database, const xc_query *query)
{
    const Xapian::doccount few = 10000;
    const Xapian::doccount documents = database->db.get_doccount();
    const bool narrows = documents > few && (database->layers.size() == 1 || !query->has_max);
    return narrows ? 0 : documents;
}

/* Xapian numbers the documents of several files in turn: 1 of the first, 1 of the second, ... */
xc_hit hit_of(const xc_database *database, const Xapian::MSetIterator &i)
{
    const auto files = static_cast<Xapian::docid>(database->layers.size());
    const xc::layer &layer = database->layers[(*i - 1) % files];
    size_t span = 0;
    return {layer.index, xc::number_of(layer, (*i - 1) / files + 1, span), i.get_weight()};
}

hit_list hits_of(const xc_database *database, const Xapian::MSet &mset)
{
    hit_list hits;
    hits.reserve(mset.size());
    for (auto i = mset.begin(); i != mset.end(); ++i)
        hits.push_back(hit_of(database, i));
    return hits;
}

void sort_hits(hit_list &hits)
{
    std::sort(hits.begin(), hits.end(), [](const xc_hit &a, const xc_hit &b) {
        if (a.weight < b.weight || a.weight > b.weight)
            return a.weight > b.weight;
        return a.document != b.document ? a.document < b.document : a.index < b.index;
    });
}

/* The first `end` matches in Xapian's order, and all others that weigh as much as the last one. */
Xapian::MSet with_ties(const xc_database *database, const Xapian::Enquire &enquire,
                       Xapian::doccount least, Xapian::doccount end)
{
    for (uint64_t size = uint64_t{end} + 1;; size *= 4) {
        const uint64_t all = database->db.get_doccount();
        const auto wanted = static_cast<Xapian::doccount>(std::min(size, all));
        Xapian::MSet mset = enquire.get_mset(0, wanted, least);
        if (wanted == all || mset.size() < wanted || end == 0 ||
            mset[wanted - 1].get_weight() < mset[end - 1].get_weight())
            return mset;
    }
}

/* Which matches are wanted, of those that there can be. */
struct page {
    size_t first;
    size_t end;
};

page page_of(const xc_database *database, const xc_request *request)
{
    const size_t first = std::min(request->first, database->documents);
    return {first, first + std::min(request->count, database->documents - first)};
}

/* Keeps of all matches up to the end of the page, and some more, the page. */
void cut(hit_list &hits, const page &wanted)
{
    hits.resize(std::min(hits.size(), wanted.end));
    const auto before = static_cast<std::ptrdiff_t>(std::min(hits.size(), wanted.first));
    hits.erase(hits.begin(), hits.begin() + before);
}

/* The best matches are found without looking at all; counting all is cheaper without weights. */
size_t total_of(const xc_database *database, const xc_request *request, const Xapian::MSet &best)
{
    if (!request->exact_total)
        return best.get_matches_estimated();
    if (best.get_matches_lower_bound() == best.get_matches_upper_bound())
        return best.get_matches_lower_bound();
    const Xapian::Enquire enquire = filtering(database, database->db, request->query);
    return enquire.get_mset(0, 0, database->db.get_doccount()).get_matches_estimated();
}

struct found {
    hit_list hits;
    size_t total;
};

/* The documents stand in Xapian's order. */
found find_plain(const xc_database *database, const xc_request *request, const page &wanted)
{
    const Xapian::Enquire enquire = request->ineb2_c > 0
                                        ? weighing(database, request->query, request->ineb2_c)
                                        : filtering(database, database->db, request->query);
    const Xapian::MSet mset =
        enquire.get_mset(static_cast<Xapian::doccount>(wanted.first),
                         static_cast<Xapian::doccount>(wanted.end - wanted.first),
                         least_looked_at(database, request->query));
    return {hits_of(database, mset), total_of(database, request, mset)};
}

/* They stand in an order of their own. */
found find_best(const xc_database *database, const xc_request *request, const page &wanted)
{
    const Xapian::Enquire enquire = weighing(database, request->query, request->ineb2_c);
    const Xapian::MSet mset =
        with_ties(database, enquire, least_looked_at(database, request->query),
                  static_cast<Xapian::doccount>(wanted.end));
    hit_list hits = hits_of(database, mset);
    sort_hits(hits);
    cut(hits, wanted);
    return {hits, total_of(database, request, mset)};
}

/* And nothing weighs. */
found find_all(const xc_database *database, const xc_request *request, const page &wanted)
{
    hit_list hits;
    each_sorted(
        database,
        [&](const xc::layer &layer, auto see) {
            see_matches(database, layer, request->query, see);
        },
        [&](size_t index, uint32_t number) {
            hits.push_back({index, number, 0});
        });
    if (database->sizes.size() > 1)
        sort_hits(hits);
    const size_t total = hits.size();
    cut(hits, wanted);
    return {hits, total};
}

found find(const xc_database *database, const xc_request *request)
{
    const page wanted = page_of(database, request);
    if (database->documents == 0) /* perhaps no file either, and Xapian refuses that */
        return {{}, 0};
    if (database->is_plain)
        return find_plain(database, request, wanted);
    return request->ineb2_c > 0 ? find_best(database, request, wanted)
                                : find_all(database, request, wanted);
}

} // namespace

tip_status xc_match(const xc_database *database, const xc_request *request, xc_matches *ret_matches,
                    tip_error *err)
{
    return xc::guard(err, "cannot run the query", [&] {
        const found all = find(database, request);
        auto *hits = static_cast<xc_hit *>(std::calloc(all.hits.size() + 1, sizeof(xc_hit)));
        if (!hits)
            throw std::bad_alloc();
        std::copy(all.hits.begin(), all.hits.end(), hits);
        *ret_matches = {hits, all.hits.size(), all.total};
    });
}

void xc_matches_free(xc_matches *matches)
{
    std::free(matches->hits);
    *matches = {};
}

tip_status xc_visit(const xc_database *database, const xc_query *query, xc_visit_fn visit,
                    void *payload, tip_error *err)
{
    return xc::guard(err, "cannot run the query", [&] {
        each(
            database,
            [&](const xc::layer &layer, auto see) { see_matches(database, layer, query, see); },
            [&](size_t index, uint32_t number) { visit(payload, index, number); });
    });
}

tip_status xc_term_visit(const xc_database *database, tip_str term, xc_visit_fn visit,
                         void *payload, tip_error *err)
{
    return xc::guard(err, "cannot look a term up", [&] {
        const std::string name(term.data, term.size);
        each(
            database, [&](const xc::layer &layer, auto see) { see_postings(layer, name, see); },
            [&](size_t index, uint32_t number) { visit(payload, index, number); });
    });
}
