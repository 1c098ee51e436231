/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "shards.h"
#include "handles.h"
#include "peer.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

/* ---- Opening, and which one has failed ---- */

namespace
{

/* Xapian tells which server an error is of by "tcp(HOST:PORT)" in its context. */
std::string place_of(const xc_shard &shard)
{
    return shard.path ? std::string()
                      : std::string("tcp(") + shard.host + ':' + std::to_string(shard.port) + ')';
}

Xapian::Database open_shard(const xc_shard &shard, unsigned milliseconds)
{
    if (shard.path)
        return xc::open_glass(shard.path);
    return Xapian::Remote::open(shard.host, shard.port, milliseconds, milliseconds);
}

bool names(const Xapian::Error &error, const xc::shard &shard)
{
    return !shard.place.empty() && error.get_context().find(shard.place) != std::string::npos;
}

void append(xc_database *database, const xc::shard &shard)
{
    database->shards.push_back(shard);
    database->db.add_database(shard.db);
    database->documents = database->db.get_doccount();
}

} // namespace

/* Whether the other side has closed this very connection, and not another one that this process has
 * to the same server: what is open answers, or would go on with what it was answering. */
static bool has_hung_up(xc::shard shard)
{
    if (!xc::has_hung_up(shard.addresses))
        return false;
    try {
        shard.db.keep_alive();
        return false;
    } catch (const Xapian::NetworkError &error) {
        return error.get_context().empty() || error.get_error_string();
    }
}

/* Of a connection that the other side has closed Xapian does not say which one it is. */
void xc::rethrow(const xc_database *database, const Xapian::Error &error)
{
    const auto &shards = database->shards;
    auto failed =
        std::find_if(shards.begin(), shards.end(), [&](const shard &s) { return names(error, s); });
    const bool nameless = failed == shards.end() && error.get_type() == std::string("NetworkError");
    if (nameless)
        failed = std::find_if(shards.begin(), shards.end(), ::has_hung_up);
    database->failed =
        failed == shards.end() ? SIZE_MAX : static_cast<size_t>(failed - shards.begin());
    if (nameless && failed != shards.end())
        throw Xapian::NetworkError(error.get_msg(), failed->place);
    throw;
}

tip_status xc_shards_new(xc_database **ret_database, tip_error *err)
{
    return xc::guard(err, "cannot open", [&] { *ret_database = new xc_database; });
}

tip_status xc_shards_add(xc_database *database, const xc_shard *shard, unsigned milliseconds,
                         tip_error *err)
{
    char server[300];
    std::snprintf(server, sizeof server, "tcp:%s:%u", shard->path ? "" : shard->host, shard->port);
    return xc::guard(err, shard->path ? shard->path : server, [&] {
        xc::shard added = {open_shard(*shard, milliseconds), place_of(*shard), {}};
        if (!shard->path)
            added.addresses = xc::addresses_of(shard->host, shard->port);
        /* It knows metadata of the first one only, and Xapian 1.4's OP_MAX fails among several. */
        if (added.db.get_uuid().find(':') != std::string::npos)
            throw Xapian::UnimplementedError("it serves several databases; start one xapian-tcpsrv "
                                             "for each",
                                             added.place);
        append(database, added);
    });
}

tip_status xc_shards_take(xc_database *database, xc_database *other, tip_error *err)
{
    const std::unique_ptr<xc_database> owner(other);
    return xc::guard(err, "cannot open", [&] {
        for (const xc::shard &shard : other->shards)
            append(database, shard);
    });
}

size_t xc_shards_failed(const xc_database *database)
{
    return database->failed;
}

static bool any_has_hung_up(const std::vector<xc::shard> &shards)
{
    std::vector<std::string> addresses;
    for (const xc::shard &shard : shards)
        addresses.insert(addresses.end(), shard.addresses.begin(), shard.addresses.end());
    return xc::has_hung_up(addresses);
}

tip_status xc_shards_ping(const xc_database *database, bool is_idle, tip_error *err)
{
    return xc::guard(database, err, "cannot reach a server", [&] {
        if (!is_idle && !any_has_hung_up(database->shards))
            return;
        for (xc::shard shard : database->shards)
            if (is_idle || xc::has_hung_up(shard.addresses))
                shard.db.keep_alive();
    });
}

/* ---- What they hold ---- */

/* A status of a callback on its way through what only knows exceptions. */
static tip_status first_of(tip_status guarded, tip_status told)
{
    return guarded == TIP_OK ? told : guarded;
}

static tip_str run_of(const std::string &text)
{
    return {text.data(), text.size()};
}

tip_status xc_shards_metadata(const xc_database *database, size_t shard, const char *prefix,
                              xc_metadata_fn see, void *payload, tip_error *err)
{
    tip_status told = TIP_OK;
    const tip_status status = xc::guard(database, err, "cannot read metadata", [&] {
        const Xapian::Database &db = database->shards.at(shard).db;
        const auto end = db.metadata_keys_end(prefix);
        for (auto key = db.metadata_keys_begin(prefix); key != end && told == TIP_OK; ++key)
            told = see(payload, run_of(*key), run_of(db.get_metadata(*key)));
    });
    return first_of(status, told);
}

tip_status xc_shards_terms(const xc_database *database, tip_str prefix, xc_term_fn see,
                           void *payload, tip_error *err)
{
    tip_status told = TIP_OK;
    const tip_status status = xc::guard(database, err, "cannot list terms", [&] {
        const std::string start(prefix.data, prefix.size);
        const auto end = database->db.allterms_end(start);
        for (auto term = database->db.allterms_begin(start); term != end && told == TIP_OK; ++term)
            told = see(payload, run_of(*term), term.get_termfreq());
    });
    return first_of(status, told);
}

/* What a query weighs by is told before it is run, and none of its matches is asked for. */
tip_status xc_shards_documents(const xc_database *database, const tip_str *terms, size_t count,
                               size_t *ret_documents, tip_error *err)
{
    return xc::guard(database, err, "cannot look terms up", [&] {
        std::vector<std::string> names;
        for (size_t i = 0; i < count; i++)
            names.emplace_back(terms[i].data, terms[i].size);
        Xapian::Enquire enquire(database->db);
        enquire.set_query(Xapian::Query(Xapian::Query::OP_OR, names.begin(), names.end()));
        const Xapian::MSet mset = enquire.get_mset(0, 0);
        for (size_t i = 0; i < count; i++)
            ret_documents[i] = mset.get_termfreq(names[i]);
    });
}

tip_status xc_shards_uuids(const xc_database *database, void (*see)(void *payload, tip_str uuid),
                           void *payload, tip_error *err)
{
    return xc::guard(database, err, "cannot read the uuid", [&] {
        for (const xc::shard &shard : database->shards)
            see(payload, run_of(shard.db.get_uuid()));
    });
}

/* ---- Queries ---- */

static xc_query *filter_of(const Xapian::Query &query)
{
    return new xc_query{Xapian::Query(0, query), query, false, false, {}};
}

tip_status xc_query_window(xc_query *const *operands, size_t count, size_t window,
                           xc_query **ret_query, tip_error *err)
{
    return xc::guard(err, "cannot build the query", [&] {
        std::vector<Xapian::Query> list;
        for (size_t i = 0; i < count; i++)
            list.push_back(operands[i]->filter);
        *ret_query = filter_of(Xapian::Query(Xapian::Query::OP_PHRASE, list.begin(), list.end(),
                                             static_cast<Xapian::termcount>(window)));
        (*ret_query)->has_window = true;
    });
}

tip_status xc_query_range(unsigned slot, tip_str first, tip_str last, xc_query **ret_query,
                          tip_error *err)
{
    return xc::guard(err, "cannot build the query", [&] {
        *ret_query = filter_of(Xapian::Query(Xapian::Query::OP_VALUE_RANGE, slot,
                                             std::string(first.data, first.size),
                                             std::string(last.data, last.size)));
    });
}

/* ---- Matching ---- */

namespace
{

/* A match, and where it is in Xapian's answer. */
struct match {
    double weight;
    std::string order;
    Xapian::doccount place;
};

using match_list = std::vector<match>;

bool is_lighter(double weight, double before)
{
    return before - weight > 1e-9 * before;
}

Xapian::doccount all_of(const xc_database *database)
{
    return database->db.get_doccount();
}

/* As least_looked_at of match.cc says of layers; positions, as xc_query does. */
Xapian::doccount least_looked_at(const xc_database *database, const xc_query *query)
{
    const Xapian::doccount few = 10000;
    const bool narrows = all_of(database) > few && !query->has_window &&
                         (database->shards.size() == 1 || !query->has_max);
    return narrows ? 0 : all_of(database);
}

Xapian::Enquire filtering(const xc_database *database, const xc_query *query)
{
    Xapian::Enquire enquire(database->db);
    enquire.set_query(query->filter);
    enquire.set_weighting_scheme(Xapian::BoolWeight());
    return enquire;
}

Xapian::Enquire enquire_for(const xc_database *database, const xc_shards_request *request)
{
    if (request->ineb2_c <= 0) {
        Xapian::Enquire enquire = filtering(database, request->query);
        enquire.set_sort_by_value(request->order, false);
        return enquire;
    }
    Xapian::Enquire enquire(database->db);
    enquire.set_query(request->query->query);
    enquire.set_weighting_scheme(Xapian::IneB2Weight(request->ineb2_c));
    enquire.set_sort_by_relevance_then_value(request->order, false);
    return enquire;
}

/* The first `end` matches, and all others that may weigh as much as the last of them. */
Xapian::MSet with_ties(const xc_database *database, const xc_shards_request *request, size_t end)
{
    const Xapian::Enquire enquire = enquire_for(database, request);
    const Xapian::doccount least = least_looked_at(database, request->query);
    for (uint64_t size = uint64_t{end} + (end > 0);; size *= 4) {
        const auto wanted =
            static_cast<Xapian::doccount>(std::min<uint64_t>(size, all_of(database)));
        const Xapian::MSet mset = enquire.get_mset(0, wanted, least);
        if (end == 0 || request->ineb2_c <= 0 || wanted == all_of(database) || mset.size() < wanted)
            return mset;
        for (size_t i = end; i < mset.size(); i++)
            if (is_lighter(mset[static_cast<Xapian::doccount>(i)].get_weight(),
                           mset[static_cast<Xapian::doccount>(i - 1)].get_weight()))
                return mset;
    }
}

/* Those of equal weights in their order. */
match_list matches_of(const Xapian::MSet &mset)
{
    match_list matches;
    for (auto i = mset.begin(); i != mset.end(); ++i)
        matches.push_back({i.get_weight(), i.get_sort_key(), i.get_rank()});
    for (auto first = matches.begin(); first != matches.end();) {
        auto last = first + 1;
        while (last != matches.end() && !is_lighter(last->weight, (last - 1)->weight))
            ++last;
        std::stable_sort(first, last,
                         [](const match &a, const match &b) { return a.order < b.order; });
        first = last;
    }
    return matches;
}

/* Keeps the page that is asked for. */
void cut(match_list &matches, const xc_shards_request *request)
{
    const size_t first = std::min(request->first, matches.size());
    const size_t count = std::min(request->count, matches.size() - first);
    matches.resize(first + count);
    matches.erase(matches.begin(), matches.begin() + static_cast<std::ptrdiff_t>(first));
}

/* Asks for all data at once before any is waited for. */
std::vector<std::string> data_of(const Xapian::MSet &mset, const match_list &matches)
{
    std::vector<std::string> data;
    if (matches.empty())
        return data;
    const auto by_place = [](const match &a, const match &b) { return a.place < b.place; };
    const auto ends = std::minmax_element(matches.begin(), matches.end(), by_place);
    mset.fetch(mset[ends.first->place], mset[ends.second->place]);
    for (const match &m : matches)
        data.push_back(mset[m.place].get_document().get_data());
    return data;
}

char *copy(char *to, const std::string &from, tip_str *ret_run)
{
    std::memcpy(to, from.data(), from.size());
    *ret_run = {to, from.size()};
    return to + from.size();
}

/* One piece of memory, the strings behind the items. */
xc_found *documents_of(const match_list &matches, const std::vector<std::string> &data)
{
    size_t size = matches.size() * sizeof(xc_found) + 1;
    for (size_t i = 0; i < matches.size(); i++)
        size += matches[i].order.size() + data[i].size();
    auto *items = static_cast<xc_found *>(std::malloc(size));
    if (!items)
        throw std::bad_alloc();
    char *strings = reinterpret_cast<char *>(items + matches.size());
    for (size_t i = 0; i < matches.size(); i++) {
        items[i].weight = matches[i].weight;
        strings = copy(strings, matches[i].order, &items[i].order);
        strings = copy(strings, data[i], &items[i].data);
    }
    return items;
}

size_t total_of(const xc_database *database, const xc_shards_request *request,
                const Xapian::MSet &mset)
{
    if (!request->exact_total)
        return mset.get_matches_estimated();
    if (mset.get_matches_lower_bound() == mset.get_matches_upper_bound())
        return mset.get_matches_lower_bound();
    return filtering(database, request->query)
        .get_mset(0, 0, all_of(database))
        .get_matches_estimated();
}

} // namespace

tip_status xc_shards_match(const xc_database *database, const xc_shards_request *request,
                           xc_found_list *ret_documents, tip_error *err)
{
    return xc::guard(database, err, "cannot run the query", [&] {
        const size_t first = std::min<size_t>(request->first, all_of(database));
        const size_t end = first + std::min<size_t>(request->count, all_of(database) - first);
        const Xapian::MSet mset = with_ties(database, request, request->count > 0 ? end : 0);
        match_list matches = matches_of(mset);
        cut(matches, request);
        const size_t total = total_of(database, request, mset);
        *ret_documents = {documents_of(matches, data_of(mset, matches)), matches.size(), total};
    });
}

void xc_found_free(xc_found_list *documents)
{
    std::free(documents->items);
    *documents = {};
}

tip_status xc_shards_count(const xc_database *database, const xc_query *query, unsigned slot,
                           xc_value_fn see, void *payload, tip_error *err)
{
    tip_status told = TIP_OK;
    const tip_status status = xc::guard(database, err, "cannot run the query", [&] {
        Xapian::ValueCountMatchSpy spy(slot);
        Xapian::Enquire enquire = filtering(database, query);
        enquire.add_matchspy(&spy);
        enquire.get_mset(0, 0, all_of(database));
        for (auto value = spy.values_begin(); value != spy.values_end() && told == TIP_OK; ++value)
            told = see(payload, run_of(*value), value.get_termfreq());
    });
    return first_of(status, told);
}
