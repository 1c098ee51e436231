/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "complete/private.h"

#define QUOTE "'\\''"

/* The words of each option that takes some, in an array of its own. */
static void write_words(FILE *out, const complete_command *command)
{
    for (size_t i = 0; i < command->value_count; i++) {
        const complete_value *value = &command->values[i];
        if (!value->word)
            continue;
        fprintf(out, "    local -a words_%d=(", value->key);
        complete_words(out, value->word, QUOTE, "");
        fputs(")\n", out);
    }
}

/* What _arguments does for a value: with "()" nothing. (With a space it would show a message, which
 * keeps a single candidate from being put into the line.) */
static void write_action(FILE *out, const complete_value *value)
{
    const char *ignore_case = "-M \"m\\:{a-zA-Z}={A-Za-z}\"";
    if (!value) {
        fputs("()", out);
        return;
    }
    switch (value->kind) {
    case COMPLETE_FILES:
        fputs("_files", out);
        break;
    case COMPLETE_FOLDERS:
        fputs("_files -/", out);
        break;
    case COMPLETE_WORD:
        fprintf(out, "compadd %s -a words_%d", ignore_case, value->key);
        break;
    case COMPLETE_LIST:
        fprintf(out, "_sequence compadd - %s -a words_%d", ignore_case, value->key);
        break;
    }
}

/* One way of writing an option: "-n+" or "--limit=". */
static void write_way(FILE *out, const complete_command *command, const struct argp_option *option,
                      const char *sign)
{
    fputs(" \\\n        '*", out);
    if (complete_has_letter(option) && *sign == '+')
        fprintf(out, "-%c%s", option->key, option->arg ? sign : "");
    else
        fprintf(out, "--%s%s", option->name, option->arg ? sign : "");
    fputc('[', out);
    complete_text(out, option->doc, QUOTE, "[]\\");
    fputc(']', out);
    if (option->arg) {
        fprintf(out, "%s%s:", option->flags & OPTION_ARG_OPTIONAL ? "::" : ":", option->arg);
        write_action(out, complete_value_of(command, option->key));
    }
    fputc('\'', out);
}

static void write_option(FILE *out, const complete_command *command,
                         const struct argp_option *option)
{
    if (complete_has_letter(option))
        write_way(out, command, option, "+");
    write_way(out, command, option, option->flags & OPTION_ARG_OPTIONAL ? "=-" : "=");
}

void complete_zsh(FILE *out, const complete_command *command)
{
    const char *name = command->name;
    fprintf(out, "#compdef %s\n# Completes %s in zsh; written by %s --completion zsh.\n", name,
            name, name);
    fprintf(out, "_%s()\n{\n", name);
    write_words(out, command);
    fputs("    _arguments -S -s :", out);
    complete_each_option(out, command, write_option);
    if (command->arguments) {
        fprintf(out, " \\\n        '*:%s:", command->arguments);
        write_action(out, complete_value_of(command, 0));
        fputc('\'', out);
    }
    fputs("\n}\n", out);
    /* As a file of fpath it is called, else it is read once. */
    fprintf(out,
            "if [[ $funcstack[1] == _%s ]]; then\n    _%s \"$@\"\nelse\n    compdef _%s %s\nfi\n",
            name, name, name, name);
}
