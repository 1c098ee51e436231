/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/json_line.h"

#include <new>
#include <simdjson.h>
#include <string_view>

namespace dom = simdjson::dom;

struct tip_json_line {
    dom::parser parser;
};

namespace
{

/* NULL for what is left to jansson: it reads other integers than these as too big. */
json_t *value_of(const dom::element &element) noexcept
{
    switch (element.type()) {
    case dom::element_type::STRING: {
        std::string_view text = element.get_string().value_unsafe();
        return json_stringn_nocheck(text.data(), text.size());
    }
    case dom::element_type::INT64:
        return json_integer(element.get_int64().value_unsafe());
    case dom::element_type::DOUBLE:
        return json_real(element.get_double().value_unsafe());
    case dom::element_type::BOOL:
        return json_boolean(element.get_bool().value_unsafe());
    case dom::element_type::NULL_VALUE:
        return json_null();
    default:
        return nullptr;
    }
}

/* A key with a zero byte is jansson's to judge. */
bool add_field(json_t *object, const dom::key_value_pair &field) noexcept
{
    json_t *value = nullptr;
    if (field.key.find('\0') == std::string_view::npos)
        value = value_of(field.value);
    return value &&
           json_object_setn_new_nocheck(object, field.key.data(), field.key.size(), value) == 0;
}

} // namespace

tip_json_line *tip_json_line_new(void)
{
    return new (std::nothrow) tip_json_line;
}

void tip_json_line_free(tip_json_line *parser)
{
    delete parser;
}

json_t *tip_json_line_object(tip_json_line *parser, tip_str line)
{
    dom::object fields;
    if (line.size == 0 || line.data[0] != '{' ||
        parser->parser.parse(line.data, line.size).get_object().get(fields) != simdjson::SUCCESS)
        return nullptr;
    json_t *object = json_object();
    for (dom::key_value_pair field : fields) {
        if (object && !add_field(object, field)) {
            json_decref(object);
            object = nullptr;
        }
    }
    return object;
}
