/* The completions of shells, from the table of options. Must not know what an option does.
 */
#include <string.h>

#include "arguments.h"

#define COMMANDS "fit diff check diagnose"

static bool has_words(const viz__option *o)
{
    char text[300];
    const char *words = viz__option_words(o, text, sizeof text);
    return words != NULL && strchr(words, '|') != NULL;
}

/* The words with blanks between them. */
static void put_words(FILE *out, const viz__option *o)
{
    char text[300];
    for (const char *p = viz__option_words(o, text, sizeof text); *p != '\0'; p++) {
        fputc(*p == '|' ? ' ' : *p, out);
    }
}

/* "--format | -f" */
static void put_pattern(FILE *out, const viz__option *o)
{
    fprintf(out, "    --%s", o->name);
    if (o->letter != 0) {
        fprintf(out, " | -%c", o->letter);
    }
    fputs(") ", out);
}

static void bash(FILE *out)
{
    fputs("_autograd()\n{\n    local previous=${COMP_WORDS[COMP_CWORD - 1]} "
          "word=${COMP_WORDS[COMP_CWORD]}\n    case $previous in\n",
          out);
    for (int i = 0; viz__option_at(i) != NULL; i++) {
        const viz__option *o = viz__option_at(i);
        if (has_words(o)) {
            put_pattern(out, o);
            fputs("COMPREPLY=($(compgen -W '", out);
            put_words(out, o);
            fputs("' -- \"$word\")); return ;;\n", out);
        } else if (o->what != NULL && strcmp(o->what, "FILE") == 0) {
            put_pattern(out, o);
            fputs("COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n", out);
        }
    }
    fputs("    esac\n    if [[ $word == -* ]]; then\n        COMPREPLY=($(compgen -W '", out);
    for (int i = 0; viz__option_at(i) != NULL; i++) {
        fprintf(out, "--%s ", viz__option_at(i)->name);
    }
    fputs("' -- \"$word\"))\n    elif [[ $COMP_CWORD == 1 ]]; then\n"
          "        COMPREPLY=($(compgen -f -W '" COMMANDS "' -- \"$word\"))\n"
          "    else\n        COMPREPLY=($(compgen -f -- \"$word\"))\n    fi\n}\n"
          "complete -o filenames -F _autograd autograd\n",
          out);
}

/* Single quotes and brackets mean something in a description of zsh. */
static void put_plain(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        fputc(strchr("'[]:", *text) != NULL ? ' ' : *text, out);
    }
}

static void zsh(FILE *out)
{
    fputs("#compdef autograd\n_arguments \\\n", out);
    for (int i = 0; viz__option_at(i) != NULL; i++) {
        const viz__option *o = viz__option_at(i);
        fprintf(out, "    '--%s%s[", o->name, o->kind == VIZ__SWITCH ? "" : "=");
        put_plain(out, o->help);
        fputs("]", out);
        if (has_words(o)) {
            fputs(":word:(", out);
            put_words(out, o);
            fputs(")", out);
        } else if (o->what != NULL) {
            fputs(strcmp(o->what, "FILE") == 0 ? ":file:_files" : ":value: ", out);
        }
        fputs("' \\\n", out);
    }
    fputs("    '1:command or program:(" COMMANDS ")' \\\n    '*:file:_files'\n", out);
}

static void fish(FILE *out)
{
    fputs("complete -c autograd -n __fish_use_subcommand -a '" COMMANDS "'\n", out);
    for (int i = 0; viz__option_at(i) != NULL; i++) {
        const viz__option *o = viz__option_at(i);
        fprintf(out, "complete -c autograd -l %s", o->name);
        if (o->letter != 0) {
            fprintf(out, " -s %c", o->letter);
        }
        fputs(" -d '", out);
        put_plain(out, o->help);
        fputs("'", out);
        if (has_words(o)) {
            fputs(" -x -a '", out);
            put_words(out, o);
            fputs("'", out);
        } else if (o->what != NULL) {
            fputs(" -r", out);
        }
        fputc('\n', out);
    }
}

bool viz__print_completion(FILE *out, const char *shell)
{
    static const struct {
        const char *name;
        void (*print)(FILE *out);
    } shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(shell, shells[i].name) == 0) {
            shells[i].print(out);
            return true;
        }
    }
    return false;
}
