/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corpus/links.h"

#include "base/error.h"
#include "corpus/html_private.h"

#include <string.h>

static tip_str target_of(const xmlNode *node)
{
    tip_str target = {NULL, 0};
    if (tip_html_kind_of(node) == TIP_HTML_LINK)
        target = tip_html_attribute(node, "href");
    else if (strcmp((const char *)node->name, "option") == 0)
        target = tip_html_attribute(node, "value");
    while (target.size > 0 && (unsigned char)target.data[0] <= ' ')
        target = (tip_str){target.data + 1, target.size - 1};
    while (target.size > 0 && (unsigned char)target.data[target.size - 1] <= ' ')
        target.size--;
    return target;
}

static tip_status read_tree(const xmlNode *root, tip_link_fn link, void *payload)
{
    tip_buf words = {0};
    tip_status status = TIP_OK;
    for (const xmlNode *node = root; node && !status; node = tip_html_next(node, root, true)) {
        tip_str target = target_of(node);
        if (target.size == 0)
            continue;
        tip_buf_clear(&words);
        status = tip_html_text(node, &words);
        if (!status)
            status = link(payload, target, tip_buf_str(&words));
    }
    tip_buf_free(&words);
    return status;
}

tip_status tip_read_links(const tip_input *input, tip_link_fn link, void *payload, tip_error *err)
{
    xmlDoc *doc;
    bool cut;
    tip_status status = tip_html_parse(input, &doc, &cut, err);
    if (status)
        return status;
    const xmlNode *root = doc ? xmlDocGetRootElement(doc) : NULL;
    if (root)
        status = read_tree(root, link, payload);
    xmlFreeDoc(doc);
    return status == TIP_NO_MEMORY ? tip_fail_memory(err) : status;
}
