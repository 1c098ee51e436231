/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "complete/private.h"

/* In the shell's words: "option" is the one that a value is asked for, "word" what is there of the
 * value without quotes, "head" what stays before it, "quote" a quotation mark that is open. */
static const char start[] = "{\n"
                            "    local word=${COMP_WORDS[COMP_CWORD]}\n"
                            "    local option=${COMP_WORDS[COMP_CWORD - 1]} head= quote= i\n"
                            "    local -a words=()\n"
                            "    COMPREPLY=()\n"
                            "    if [[ $option == = ]]; then\n"
                            "        option=${COMP_WORDS[COMP_CWORD - 2]}\n"
                            "    elif [[ $word == = ]]; then\n"
                            "        word=\n"
                            "    elif [[ $word == --*=* ]]; then\n"
                            "        option=${word%%=*} head=${word%%=*}= word=${word#*=}\n"
                            "    fi\n"
                            "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                            "        [[ ${COMP_WORDS[i]} != -- ]] || option=--\n"
                            "    done\n"
                            "    if [[ $word == [\\\"\\']* ]]; then\n"
                            "        quote=${word:0:1} word=${word:1}\n"
                            "    fi\n"
                            "    case $option in\n";

static const char files[] = "compopt -o filenames\n"
                            "        mapfile -t COMPREPLY < <(compgen -%c -- \"${word//\\\\/}\")\n"
                            "        return\n";

/* Of a list the last word is completed. */
static const char list[] = "[[ $word != *,* ]] || head+=${word%,*},\n"
                           "        word=${word##*,}\n"
                           "        ";

static const char end[] = "    esac\n"
                          "    word=${word//\\\\/}\n"
                          "    for i in \"${words[@]}\"; do\n"
                          "        [[ ${i,,} == \"${word,,}\"* ]] || continue\n"
                          "        case $quote in\n"
                          "        \\') i=${i//\\'/\\'\\\\\\'\\'} ;;\n"
                          "        '') printf -v i %q \"$i\" ;;\n"
                          "        esac\n"
                          "        COMPREPLY+=(\"$head$i\")\n"
                          "    done\n"
                          "}\n";

static void write_words(FILE *out, complete_word_fn word)
{
    fputs("words=(", out);
    complete_words(out, word, "'\\''", "");
    fputs(")\n", out);
}

static void write_value(FILE *out, const complete_value *value)
{
    if (!value) {
        fputs("return\n", out);
        return;
    }
    switch (value->kind) {
    case COMPLETE_FILES:
    case COMPLETE_FOLDERS:
        fprintf(out, files, value->kind == COMPLETE_FILES ? 'f' : 'd');
        break;
    case COMPLETE_LIST:
        fputs(list, out);
        write_words(out, value->word);
        break;
    case COMPLETE_WORD:
        write_words(out, value->word);
        break;
    }
}

static void write_case(FILE *out, const complete_command *command, const struct argp_option *option)
{
    if (!complete_takes_value(option))
        return;
    fputs("    ", out);
    if (complete_has_letter(option))
        fprintf(out, "-%c | ", option->key);
    fprintf(out, "--%s)\n        ", option->name);
    write_value(out, complete_value_of(command, option->key));
    fputs("        ;;\n", out);
}

static void write_name(FILE *out, const complete_command *command, const struct argp_option *option)
{
    (void)command;
    fprintf(out, " --%s", option->name);
}

/* Neither a value nor an option behind "--". */
static void write_others(FILE *out, const complete_command *command)
{
    fputs("    *)\n"
          "        if [[ $word == -* && $option != -- ]]; then\n"
          "            words=(",
          out);
    complete_each_option(out, command, write_name);
    fputs(")\n"
          "        else\n"
          "        ",
          out);
    write_value(out, complete_value_of(command, 0));
    fputs("        fi\n"
          "        ;;\n",
          out);
}

void complete_bash(FILE *out, const complete_command *command)
{
    fprintf(out, "# Completes %s in bash; written by %s --completion bash.\n", command->name,
            command->name);
    fprintf(out, "_%s()\n%s", command->name, start);
    complete_each_option(out, command, write_case);
    write_others(out, command);
    fputs(end, out);
    fprintf(out, "complete -F _%s %s\n", command->name, command->name);
}
