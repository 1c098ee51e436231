/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "serve/asset.h"

#include "serve/web.h"

#include <string.h>
#include <xxhash.h>

static const asset assets[] = {
    {"/app.css", "text/css; charset=utf-8", web_app_css, sizeof web_app_css},
    {"/app.js", "text/javascript; charset=utf-8", web_app_js, sizeof web_app_js},
    {"/keys.js", "text/javascript; charset=utf-8", web_keys_js, sizeof web_keys_js},
    {"/icon.svg", "image/svg+xml", web_icon_svg, sizeof web_icon_svg},
};

const asset *asset_find(const char *path)
{
    for (size_t i = 0; i < sizeof assets / sizeof *assets; i++)
        if (strcmp(assets[i].path, path) == 0)
            return &assets[i];
    return NULL;
}

uint64_t asset_tag(const asset *file)
{
    uint64_t tag = XXH3_64bits(file->data, file->size);
    return tag ? tag : 1;
}
