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
        *ret_query = new xc_query{query, query};
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

bool has_max(xc_operator op, xc_query *const *operands, size_t count)
{
    return (op == XC_MAX && count > 1) ||
           std::any_of(operands, operands + count, [](const auto *o) { return o->has_max; });
}

} // namespace

tip_status xc_query_join(xc_operator op, xc_query *const *operands, size_t count,
                         xc_query **ret_query, tip_error *err)
{
    return xc::guard(err, "cannot build the query", [&] {
        *ret_query =
            new xc_query{join_weighing(op, operands, count), join_filtering(op, operands, count),
                         has_max(op, operands, count)};
    });
}

tip_status xc_query_scale(const xc_query *query, double factor, xc_query **ret_query,
                          tip_error *err)
{
    return xc::guard(err, "cannot build the query", [&] {
        *ret_query = new xc_query{Xapian::Query(factor, factor > 0 ? query->query : query->filter),
                                  query->filter, query->has_max};
    });
}

tip_status xc_query_constant(const xc_query *query, double weight, xc_query **ret_query,
                             tip_error *err)
{
    return xc::guard(err, "cannot build the query", [&] {
        Xapian::FixedWeightPostingSource source(xc::on_grid(weight));
        *ret_query = new xc_query{
            Xapian::Query(Xapian::Query::OP_FILTER, Xapian::Query(&source), query->filter),
            query->filter};
    });
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
