/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "complete/private.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    void (*write)(FILE *out, const complete_command *command);
} shells[] = {{"bash", complete_bash}, {"zsh", complete_zsh}, {"fish", complete_fish}};

enum { SHELL_COUNT = sizeof shells / sizeof *shells };

const struct argp_option complete_common[] = {
    {"help", '?', NULL, 0, "Print the options", 0},
    {"usage", 0x1000, NULL, 0, "Print the options in short", 0},
    {"version", 'V', NULL, 0, "Print the version", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

void complete_print(const complete_command *command, const char *shell, struct argp_state *state,
                    int failed)
{
    size_t i = 0;
    while (i < SHELL_COUNT && strcmp(shell, shells[i].name) != 0)
        i++;
    if (i == SHELL_COUNT)
        argp_error(state, "%s: --completion takes bash, zsh or fish", shell);
    else
        shells[i].write(stdout, command);
    if (fflush(stdout) == 0 && !ferror(stdout))
        exit(EXIT_SUCCESS);
    fprintf(stderr, "%s: cannot write the output: %s\n", command->name, strerror(errno));
    exit(failed);
}

const char *complete_shell(size_t i)
{
    return i < SHELL_COUNT ? shells[i].name : NULL;
}

const complete_value *complete_value_of(const complete_command *command, int key)
{
    for (size_t i = 0; i < command->value_count; i++)
        if (command->values[i].key == key)
            return &command->values[i];
    return NULL;
}

bool complete_has_letter(const struct argp_option *option)
{
    return option->key < 0x80 && isalnum(option->key);
}

bool complete_takes_value(const struct argp_option *option)
{
    return option->arg && !(option->flags & OPTION_ARG_OPTIONAL);
}

void complete_each_option(FILE *out, const complete_command *command,
                          void (*write)(FILE *out, const complete_command *command,
                                        const struct argp_option *option))
{
    for (const struct argp_option *option = command->options; option->name; option++)
        write(out, command, option);
    for (const struct argp_option *option = complete_common; option->name; option++)
        write(out, command, option);
}

void complete_text(FILE *out, const char *text, const char *quote, const char *escaped)
{
    for (; *text; text++) {
        if (strchr(escaped, *text))
            fputc('\\', out);
        if (*text == '\'')
            fputs(quote, out);
        else
            fputc(*text, out);
    }
}

void complete_words(FILE *out, complete_word_fn word, const char *quote, const char *escaped)
{
    const char *text;
    for (size_t i = 0; (text = word(i)); i++) {
        if (!*text)
            continue;
        fputs(" '", out);
        complete_text(out, text, quote, escaped);
        fputc('\'', out);
    }
}
