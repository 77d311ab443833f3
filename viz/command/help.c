/* The help, from the table of options. Must not know what an option does.
 */
#include <string.h>

#include "arguments.h"

const char *const viz__synopsis[] = {
    "autograd [options] PROGRAM [NAME=VALUE ...]",
    "autograd diff [options] PROGRAM [NAME=VALUE ...]",
    "autograd fit [options] DATA.csv --target NAME",
    "autograd diagnose [options] PROGRAM [NAME=VALUE ...] --answers FILE",
    "autograd check FILE",
    NULL,
};

/* What each does, and examples, in the order of the synopsis. */
static const char *const about[] = {
    "value, all derivatives, and how they come about",
    "one step of gradient descent, or --to x=3, and what it changed",
    "a network that learns a column of a table from the others",
    "what is right in a worksheet that was filled in, and which mistakes there are",
    "computes every calculation in a text again: 2 × 3 + 4 × 0.5 = 8",
};

const char *const viz__examples[] = {
    "autograd 'sqrt(x^2 + exp(x^2)) + cos(x^2 + exp(x^2))' x=2",
    "autograd 'a = x*y; sin(a) + a' x=2 y=3 -o figure.svg",
    "autograd 'mse_loss(W @ x, [1, 0])' 'W=[[1,2],[3,4]]' x=[1,1]",
    "autograd --paths 9 -t x 'a = x*y; b = relu(a); a*b' x=2 y=3",
    "autograd --worksheet --variants 20 'x*y + sin(x)' x=2 y=3",
    "autograd diff '(x - 3)^2' x=1 --rate 0.1",
    "autograd diff 'x^2*y' x=2 y=5 --to x=3",
    "autograd fit data.csv --target y --layers 16,16 --epochs 200",
    NULL,
};

#define INDENT 29 /* of what an option is for */
#define WIDE 100

/* Words, which begin a new line where one is full. */
static void put_words(FILE *out, const char *text)
{
    size_t column = INDENT;
    for (const char *at = text; *at != '\0';) {
        size_t n = strcspn(at, " ");
        if (column > INDENT && column + n > WIDE) {
            fprintf(out, "\n%*s", INDENT, "");
            column = INDENT;
        }
        fprintf(out, "%s%.*s", column > INDENT ? " " : "", (int)n, at);
        column += n + 1;
        at += n + (at[n] == ' ');
    }
    fputc('\n', out);
}

/* "a|b|c" in lines that end with a bar. */
static void put_choices(FILE *out, const char *words)
{
    while (*words != '\0') {
        size_t n = 0;
        for (size_t next = 0; next < WIDE - INDENT && words[n] != '\0'; n = next) {
            next = n + 1 + strcspn(words + n + 1, "|");
            next += words[next] == '|';
        }
        fprintf(out, "%*s%.*s\n", INDENT, "", (int)n, words);
        words += n;
    }
}

static void put_option(FILE *out, const viz__option *o)
{
    char left[64], words[300], letter[8] = "    ";
    const char *what = viz__option_words(o, words, sizeof words);
    bool wide = what != NULL && strlen(o->name) + strlen(what) > INDENT - 10;
    if (o->letter != 0) {
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    }
    snprintf(left, sizeof left, "%s--%s%s%s", letter, o->name, what != NULL ? " " : "",
             what == NULL ? ""
             : wide       ? "WORD"
                          : what);
    fprintf(out, "  %-*s ", INDENT - 3, left);
    put_words(out, o->help);
    if (wide) {
        put_choices(out, what);
    }
}

const char *const viz__titles[VIZ__GROUPS] = {
    [VIZ__TO_SEE] = "What is computed and shown",
    [VIZ__TO_WRITE] = "Files and figures",
    [VIZ__TO_TEACH] = "Exercises",
    [VIZ__TO_TRAIN] = "Training: fit, and the step of diff",
    [VIZ__TO_RUN] = "The command itself",
};

static void put_group(FILE *out, viz__option_group group, viz__task task)
{
    bool any = false;
    for (int i = 0; viz__option_at(i) != NULL; i++) {
        const viz__option *o = viz__option_at(i);
        /* Without a command, all options are listed. */
        if (o->group == group && (task == VIZ__EVALUATE || (o->tasks & (unsigned)task) != 0)) {
            if (!any) {
                fprintf(out, "\n%s:\n", viz__titles[group]);
            }
            any = true;
            put_option(out, o);
        }
    }
}

/* Of one command, its line; of none, all lines. */
static void put_usage(FILE *out, viz__task task)
{
    static const viz__task of[] = {VIZ__EVALUATE, VIZ__DIFF, VIZ__FIT, VIZ__DIAGNOSE, VIZ__CHECK};
    fputs("Usage:\n", out);
    for (size_t i = 0; viz__synopsis[i] != NULL; i++) {
        if (task == VIZ__EVALUATE || task == of[i]) {
            fprintf(out, "  %s\n      %s\n", viz__synopsis[i], about[i]);
        }
    }
}

void viz__print_help(FILE *out, viz__task task)
{
    put_usage(out, task);
    if (task == VIZ__EVALUATE) {
        fputs("\nA program has statements, separated by ; and the last is the result. There are\n"
              "+ - * / ^ @ < <= > >= == !=, 2x, x\xC2\xB2, \xE2\x88\x9Ax, matrices as "
              "[[1,2],[3,4]], parts as W[0,1:3],\nW.T, and functions: --list-ops.\n\n",
              out);
        for (size_t i = 0; viz__examples[i] != NULL; i++) {
            fprintf(out, "  %s\n", viz__examples[i]);
        }
    }
    for (int group = 0; group < VIZ__GROUPS; group++) {
        put_group(out, (viz__option_group)group, task);
    }
    fputs("\nExit code: 0; 1 where a check fails, memory runs out or a file cannot be written; 2 "
          "for\na wrong use or a program that is none.\n",
          out);
}
