/* The manual page, from the table of options. Must not know what an option does.
 */
#include <autograd/base.h>

#include "arguments.h"

static const char *const description[] = {
    "Computes a program in the notation of mathematics and prints how its value and all "
    "derivatives come about: the local partials forward, and the chain rule backward with the "
    "numbers put in.",
    "diff takes one step of gradient descent, or other values by --to, and prints what that "
    "changed. diagnose says of a "
    "worksheet that was filled in what is right, what follows from an earlier mistake, and which "
    "mistake a number comes from. check computes every calculation in a text again and tells "
    "those that do not hold and those that it could not read.",
    "fit trains a network on the rows of a CSV file, prints how well it predicts, and writes "
    "figures and the network. A part of the rows trains; another part, for validation, is watched "
    "while it trains and is what to compare choices by; the rest, the test rows, are looked at "
    "once, at the end, so their figure is the one to report. Every column that is neither the "
    "target nor named by --without or --test is an input, whatever its name.",
    "A program is one or more statements, separated by ; or lines; the last is the result. "
    "a = x^2 names a value. There are + - * / ^ @ < <= > >= == !=, 2x, x\xC2\xB2, \xE2\x88\x9Ax, "
    "matrices as [[1,2],[3,4]], parts as W[0,1:3], W.T, and every operation of the library by its "
    "name: softmax(x, axis=0). What stands behind -- is no option, even if it begins with a minus "
    "sign.",
};

/* Text for roff: a minus sign is one, and a line may not begin with a control character. */
static void put_roff(FILE *out, const char *text)
{
    if (*text == '.' || *text == '\'') {
        fputs("\\&", out);
    }
    for (; *text != '\0'; text++) {
        const char *plain = *text == '-'    ? "\\-"
                            : *text == '\\' ? "\\e"
                            : *text == '\'' ? "\\(aq" /* not a quotation mark of typography */
                            : *text == '^'  ? "\\(ha"
                                            : NULL;
        if (plain != NULL) {
            fputs(plain, out);
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

static void put_options(FILE *out)
{
    int group = -1;
    for (int i = 0; viz__option_at(i) != NULL; i++) {
        const viz__option *o = viz__option_at(i);
        if ((int)o->group != group) {
            group = (int)o->group;
            fprintf(out, ".SS %s\n", viz__titles[group]);
        }
        put_roff_option(out, o);
    }
}

void viz__print_manual(FILE *out)
{
    fprintf(out, ".TH AUTOGRAD 1 \"\" \"libautograd %s\" \"User Commands\"\n", AG_VERSION);
    fputs(".SH NAME\nautograd \\- derivatives of an expression, with the derivation\n", out);
    fputs(".SH SYNOPSIS\n", out);
    for (size_t i = 0; viz__synopsis[i] != NULL; i++) {
        put_roff(out, viz__synopsis[i]);
        fputs("\n.br\n", out);
    }
    fputs(".SH DESCRIPTION\n", out);
    for (size_t i = 0; i < sizeof description / sizeof *description; i++) {
        fputs(i > 0 ? ".PP\n" : "", out);
        put_roff(out, description[i]);
        fputc('\n', out);
    }
    fputs(".SH OPTIONS\n", out);
    put_options(out);
    fputs(".SH EXIT STATUS\n0; 1 where a check fails, memory runs out or a file cannot be "
          "written; 2 for a wrong use or a program that is none.\n.SH EXAMPLES\n.nf\n",
          out);
    for (size_t i = 0; viz__examples[i] != NULL; i++) {
        put_roff(out, viz__examples[i]);
        fputc('\n', out);
    }
    fputs(".fi\n", out);
}
