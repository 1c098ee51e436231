/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "complete/private.h"

#define QUOTE "\\'"

static void write_functions(FILE *out, const complete_command *command)
{
    for (size_t i = 0; i < command->value_count; i++) {
        const complete_value *value = &command->values[i];
        if (!value->word)
            continue;
        fprintf(out, "function __%s_words_%d\n    printf '%%s\\n'", command->name, value->key);
        complete_words(out, value->word, QUOTE, "\\");
        fputs("\nend\n", out);
    }
}

static void write_value(FILE *out, const complete_command *command, const complete_value *value)
{
    if (!value) {
        fputs(" -x", out);
        return;
    }
    switch (value->kind) {
    case COMPLETE_FILES:
        fputs(" -r -F", out);
        break;
    case COMPLETE_FOLDERS:
        fputs(" -x -a '(__fish_complete_directories)'", out);
        break;
    case COMPLETE_WORD:
        fprintf(out, " -x -a '(__%s_words_%d)'", command->name, value->key);
        break;
    case COMPLETE_LIST:
        fprintf(out, " -x -a '(__fish_complete_list , __%s_words_%d)'", command->name, value->key);
        break;
    }
}

static void write_option(FILE *out, const complete_command *command,
                         const struct argp_option *option)
{
    fprintf(out, "complete -c %s -l %s", command->name, option->name);
    if (complete_has_letter(option))
        fprintf(out, " -s %c", option->key);
    if (complete_takes_value(option))
        write_value(out, command, complete_value_of(command, option->key));
    fputs(" -d '", out);
    complete_text(out, option->doc, QUOTE, "\\");
    fputs("'\n", out);
}

void complete_fish(FILE *out, const complete_command *command)
{
    const char *name = command->name;
    fprintf(out, "# Completes %s in fish; written by %s --completion fish.\n", name, name);
    write_functions(out, command);
    if (!complete_value_of(command, 0))
        fprintf(out, "complete -c %s -f\n", name);
    complete_each_option(out, command, write_option);
}
