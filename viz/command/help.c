/* The help, the manual page and the completions of shells, all from the table of options. Must not
 * know what an option does.
 */
#include <autograd/base.h>
#include <string.h>

#include "arguments.h"

static const char *const synopsis[] = {
    "autograd [options] PROGRAM [NAME=VALUE ...]",
    "autograd diff [options] PROGRAM [NAME=VALUE ...]",
    "autograd fit [options] DATA.csv --target NAME",
    "autograd diagnose [options] PROGRAM [NAME=VALUE ...] --answers FILE",
    "autograd check FILE",
};

static const char *const description[] = {
    "Computes a program in the notation of mathematics and prints how its value and all "
    "derivatives "
    "come about: the local partials forward, and the chain rule backward with the numbers put in.",
    "diff takes one step of gradient descent and prints what it changed. fit trains a network on "
    "the rows of a CSV file, prints how well it predicts, and writes figures and the network.",
    "diagnose says of a worksheet that was filled in what is right, what follows from an earlier "
    "mistake, and which mistake a number comes from. check computes every calculation in a text "
    "again and tells those that do not hold.",
    "A program is one or more statements, separated by ; or lines; the last is the result. "
    "a = x^2 names a value. There are + - * / ^ @ < <= > >= == !=, 2x, x\xC2\xB2, \xE2\x88\x9Ax, "
    "matrices as [[1,2],[3,4]], parts as W[0,1:3], W.T, and every operation of the library by its "
    "name: softmax(x, axis=0).",
};

static const char *const examples[] = {
    "autograd 'sqrt(x^2 + exp(x^2)) + cos(x^2 + exp(x^2))' x=2",
    "autograd 'a = x*y; sin(a) + a' x=2 y=3 -o figure.svg",
    "autograd 'mse_loss(W @ x, [1, 0])' 'W=[[1,2],[3,4]]' x=[1,1]",
    "autograd --worksheet --variants 20 'x*y + sin(x)' x=2 y=3",
    "autograd diff '(x - 3)^2' x=1 --rate 0.1",
    "autograd fit data.csv --target y --layers 16,16 --epochs 200",
};

static void put_option(FILE *out, const viz__option *o, const char *indent)
{
    char left[64], words[300];
    const char *what = viz__option_words(o, words, sizeof words);
    bool wide = what != NULL && strlen(what) > 12;
    char letter[8] = "    ";
    if (o->letter != 0) {
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    }
    snprintf(left, sizeof left, "%s--%s%s%s", letter, o->name, what != NULL ? " " : "",
             what == NULL ? ""
             : wide       ? "WORD"
                          : what);
    fprintf(out, "%s%-26s %s\n", indent, left, o->help);
    if (wide) {
        fprintf(out, "%s%-26s %s\n", indent, "", what);
    }
}

void viz__print_help(FILE *out)
{
    fputs("Usage:\n", out);
    for (size_t i = 0; i < sizeof synopsis / sizeof *synopsis; i++) {
        fprintf(out, "  %s\n", synopsis[i]);
    }
    fputs("\nPrints the value of an expression, all derivatives, and how they come about.\n\n",
          out);
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        fprintf(out, "  %s\n", examples[i]);
    }
    fputs("\nOptions:\n", out);
    for (int i = 0; viz__option_at(i) != NULL; i++) {
        put_option(out, viz__option_at(i), "  ");
    }
    fputs("\nExit code: 0; 1 where a check fails or the output cannot be written; 2 "
          "for\na wrong use or a program that is none.\n",
          out);
}

/* --- the manual page -------------------------------------------------------------------------- */

/* Text for roff: a minus sign is one, and a line may not begin with a control character. */
static void put_roff(FILE *out, const char *text)
{
    if (*text == '.' || *text == '\'') {
        fputs("\\&", out);
    }
    for (; *text != '\0'; text++) {
        if (*text == '-') {
            fputs("\\-", out);
        } else if (*text == '\\') {
            fputs("\\e", out);
        } else {
            fputc(*text, out);
        }
    }
}

static void put_roff_option(FILE *out, const viz__option *o)
{
    char words[300];
    const char *what = viz__option_words(o, words, sizeof words);
    fprintf(out, ".TP\n\\fB");
    if (o->letter != 0) {
        fprintf(out, "\\-%c\\fR, \\fB", o->letter);
    }
    put_roff(out, "--");
    put_roff(out, o->name);
    fprintf(out, "\\fR %s\n", what != NULL ? what : "");
    put_roff(out, o->help);
    fputc('\n', out);
}

void viz__print_manual(FILE *out)
{
    fprintf(out, ".TH AUTOGRAD 1 \"\" \"libautograd %s\" \"User Commands\"\n", AG_VERSION);
    fputs(".SH NAME\nautograd \\- derivatives of an expression, with the derivation\n", out);
    fputs(".SH SYNOPSIS\n", out);
    for (size_t i = 0; i < sizeof synopsis / sizeof *synopsis; i++) {
        put_roff(out, synopsis[i]);
        fputs("\n.br\n", out);
    }
    fputs(".SH DESCRIPTION\n", out);
    for (size_t i = 0; i < sizeof description / sizeof *description; i++) {
        fputs(i > 0 ? ".PP\n" : "", out);
        put_roff(out, description[i]);
        fputc('\n', out);
    }
    fputs(".SH OPTIONS\n", out);
    for (int i = 0; viz__option_at(i) != NULL; i++) {
        put_roff_option(out, viz__option_at(i));
    }
    fputs(".SH EXIT STATUS\n0; 1 where a check fails or the output cannot be "
          "written; 2 for a wrong use or a program that is none.\n.SH EXAMPLES\n.nf\n",
          out);
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        put_roff(out, examples[i]);
        fputc('\n', out);
    }
    fputs(".fi\n", out);
}

/* --- completions ------------------------------------------------------------------------------ */

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

static void bash(FILE *out)
{
    fputs("_autograd()\n{\n    local previous=${COMP_WORDS[COMP_CWORD - 1]} "
          "word=${COMP_WORDS[COMP_CWORD]}\n    case $previous in\n",
          out);
    for (int i = 0; viz__option_at(i) != NULL; i++) {
        const viz__option *o = viz__option_at(i);
        if (has_words(o)) {
            fprintf(out, "    --%s) COMPREPLY=($(compgen -W '", o->name);
            put_words(out, o);
            fputs("' -- \"$word\")); return ;;\n", out);
        } else if (o->what != NULL && strcmp(o->what, "FILE") == 0) {
            fprintf(out, "    --%s | -%c) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n",
                    o->name, o->letter);
        }
    }
    fputs("    esac\n    [[ $word == -* ]] && COMPREPLY=($(compgen -W '", out);
    for (int i = 0; viz__option_at(i) != NULL; i++) {
        fprintf(out, "--%s ", viz__option_at(i)->name);
    }
    fputs("' -- \"$word\")) || COMPREPLY=($(compgen -f -W 'fit diff check diagnose' -- "
          "\"$word\"))\n}\n"
          "complete -F _autograd autograd\n",
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
    fputs("    '*:file:_files'\n", out);
}

static void fish(FILE *out)
{
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
