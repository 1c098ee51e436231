/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gate.h"
#include "handles.h"
#include "source.h"
#include "weight.h"

#include <algorithm>

namespace
{

Xapian::Query::op operator_of(xc_operator op)
{
    switch (op) {
    case XC_AND:
        return Xapian::Query::OP_AND;
    case XC_OR:
        return Xapian::Query::OP_OR;
    case XC_AND_NOT:
        return Xapian::Query::OP_AND_NOT;
    case XC_FILTER:
        return Xapian::Query::OP_FILTER;
    case XC_AND_MAYBE:
        return Xapian::Query::OP_AND_MAYBE;
    case XC_MAX:
        return Xapian::Query::OP_MAX;
    }
    throw Xapian::InvalidArgumentError("unknown query operator");
}

/* Every query is made here, so that ownership is written down once. */
template <typename Make>
tip_status make_query(xc_query **ret_query, tip_error *err, Make make)
{
    return xc::guard(err, "cannot build the query", [&] {
        const Xapian::Query query = make();
        *ret_query = new xc_query{query, query, false, false, {}};
    });
}

/* Where the counts of what is gone of a term are kept. */
Xapian::termcount gone_number(xc_database *database, const std::string &name)
{
    const Xapian::doccount documents = database->gone.get_termfreq(name);
    if (documents == 0)
        return 1;
    auto &terms = database->gone_terms;
    const auto number = static_cast<Xapian::termcount>(terms.size() + 1);
    const auto place = database->gone_numbers.emplace(name, number);
    if (place.second)
        terms.push_back({documents, database->gone.get_collection_freq(name)});
    return place.first->second;
}

} // namespace

tip_status xc_query_term(xc_database *database, tip_str term, xc_query **ret_query, tip_error *err)
{
    return make_query(ret_query, err, [&] {
        const std::string name(term.data, term.size);
        return Xapian::Query(name, gone_number(database, name));
    });
}

tip_status xc_query_all(xc_query **ret_query, tip_error *err)
{
    return make_query(ret_query, err, [] { return Xapian::Query(std::string()); });
}

tip_status xc_query_none(xc_query **ret_query, tip_error *err)
{
    return make_query(ret_query, err, [] { return Xapian::Query(); });
}

namespace
{

using query_list = std::vector<Xapian::Query>;

/* Xapian 1.4's MaxPostList reads the first of its lists when none is left, and it is asked to, with
 * several shards, once one of them is at its end: results are lost, or the process. So one list is
 * always left; what it stands at, behind all documents, is no answer. */
Xapian::Query max_of(query_list list)
{
    if (list.size() < 2)
        return Xapian::Query(Xapian::Query::OP_MAX, list.begin(), list.end());
    xc::EndSource source;
    const Xapian::Query end(&source);
    list.push_back(end);
    return Xapian::Query(Xapian::Query::OP_AND_NOT,
                         Xapian::Query(Xapian::Query::OP_MAX, list.begin(), list.end()), end);
}

bool any_has_window(xc_query *const *operands, size_t count)
{
    return std::any_of(operands, operands + count, [](const auto *o) { return o->has_window; });
}

/* What weighs: of AND_NOT and FILTER only the first operand. */
Xapian::Query join_weighing(xc_operator op, xc_query *const *operands, size_t count)
{
    query_list list;
    for (size_t i = 0; i < count; i++) {
        const bool filters = i > 0 && (op == XC_AND_NOT || op == XC_FILTER);
        list.push_back(filters ? operands[i]->filter : operands[i]->query);
    }
    if (op == XC_MAX)
        return max_of(list);
    return Xapian::Query(operator_of(op), list.begin(), list.end());
}

Xapian::Query join_filtering(xc_operator op, xc_query *const *operands, size_t count)
{
    query_list list;
    for (size_t i = 0; i < count; i++)
        list.push_back(operands[i]->filter);
    if (op == XC_AND_MAYBE && count > 0)
        return list.front();
    if (op == XC_MAX)
        op = XC_OR;
    return Xapian::Query(operator_of(op), list.begin(), list.end());
}

/* What it weighs, where the filters allow it. */
query_list narrow(const xc_query *operand, Xapian::Query::op op, query_list filters)
{
    query_list parts = operand->has_window ? operand->parts : query_list{operand->query};
    if (filters.empty())
        return parts;
    for (Xapian::Query &part : parts) {
        query_list list = {part};
        list.insert(list.end(), filters.begin(), filters.end());
        part = Xapian::Query(op, list.begin(), list.end());
    }
    return parts;
}

/* The filters of the operands that narrow what the i-th one weighs. */
query_list filters_for(xc_operator op, xc_query *const *operands, size_t count, size_t i)
{
    query_list filters;
    for (size_t n = 0; n < count; n++) {
        const bool narrows = op == XC_AND || (op == XC_AND_MAYBE ? n == 0 : op != XC_OR);
        if (narrows && n != i)
            filters.push_back(operands[n]->filter);
    }
    return filters;
}

query_list parts_of(xc_operator op, xc_query *const *operands, size_t count)
{
    const bool first_only = op == XC_FILTER || op == XC_AND_NOT;
    query_list parts;
    if (op == XC_MAX)
        return {join_weighing(op, operands, count)};
    for (size_t i = 0; i < (first_only ? 1 : count); i++) {
        const auto narrowing =
            op == XC_AND_NOT ? Xapian::Query::OP_AND_NOT : Xapian::Query::OP_FILTER;
        const query_list own = narrow(operands[i], narrowing, filters_for(op, operands, count, i));
        parts.insert(parts.end(), own.begin(), own.end());
    }
    return parts;
}

bool has_max(xc_operator op, xc_query *const *operands, size_t count)
{
    return (op == XC_MAX && count > 1) ||
           std::any_of(operands, operands + count, [](const auto *o) { return o->has_max; });
}

/* The parts, and what has no weight. */
Xapian::Query sum_of(query_list parts, const Xapian::Query &filter)
{
    parts.emplace_back(0, filter);
    return Xapian::Query(Xapian::Query::OP_OR, parts.begin(), parts.end());
}

xc_query *join(xc_operator op, xc_query *const *operands, size_t count)
{
    const Xapian::Query filter = join_filtering(op, operands, count);
    const bool max = has_max(op, operands, count);
    if (!any_has_window(operands, count))
        return new xc_query{join_weighing(op, operands, count), filter, max, false, {}};
    const query_list parts = parts_of(op, operands, count);
    return new xc_query{sum_of(parts, filter), filter, max, true, parts};
}

} // namespace

tip_status xc_query_join(xc_operator op, xc_query *const *operands, size_t count,
                         xc_query **ret_query, tip_error *err)
{
    return xc::guard(err, "cannot build the query",
                     [&] { *ret_query = join(op, operands, count); });
}

static xc_query *scale(const xc_query *query, double factor)
{
    const Xapian::Query whole(factor, factor > 0 ? query->query : query->filter);
    query_list parts;
    if (factor > 0)
        for (const Xapian::Query &part : query->parts)
            parts.emplace_back(factor, part);
    return new xc_query{whole, query->filter, query->has_max, query->has_window, parts};
}

tip_status xc_query_scale(const xc_query *query, double factor, xc_query **ret_query,
                          tip_error *err)
{
    return xc::guard(err, "cannot build the query", [&] { *ret_query = scale(query, factor); });
}

static xc_query *give_weight(const xc_query *query, double weight)
{
    Xapian::FixedWeightPostingSource source(xc::on_grid(weight));
    const Xapian::Query whole(Xapian::Query::OP_FILTER, Xapian::Query(&source), query->filter);
    return new xc_query{whole, query->filter, false, query->has_window, {whole}};
}

tip_status xc_query_constant(const xc_query *query, double weight, xc_query **ret_query,
                             tip_error *err)
{
    return xc::guard(err, "cannot build the query",
                     [&] { *ret_query = give_weight(query, weight); });
}

tip_status xc_query_accept(const xc_database *database, xc_accept_fn accept, void *payload,
                           xc_query **ret_query, tip_error *err)
{
    return make_query(ret_query, err, [&] {
        /* The query makes a clone of its own: a released source would leak where that fails. */
        xc::AcceptSource source(database, accept, payload);
        return Xapian::Query(&source);
    });
}

void xc_query_free(xc_query *query)
{
    delete query;
}
