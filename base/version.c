/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tip/tip.h"

const char *tip_version(void)
{
    return TIP_VERSION;
}
