/* What the command was asked to do, and the table of options from which it is read, and from which
 * the help, the manual page and the completions of shells are written. Private to viz/command.
 */
#ifndef VIZ_ARGUMENTS_H
#define VIZ_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define VIZ__MOST_GIVEN 256
#define VIZ__MOST_VARIANTS 1000
#define VIZ__MOST_ORDER 8 /* of derivatives: each has more nodes than the one before */

/* Exit codes. */
enum { VIZ__DONE = 0, VIZ__WRONG = 1, VIZ__USAGE = 2 };

typedef enum viz__task {
    VIZ__EVALUATE = 1, /* as bits: which commands take an option */
    VIZ__DIFF = 2,
    VIZ__FIT = 4,
    VIZ__CHECK = 8,
    VIZ__DIAGNOSE = 16
} viz__task;

typedef struct viz__request {
    viz__task task;
    const char *program; /* its text; for fit and check a file */
    const char *given[VIZ__MOST_GIVEN];
    int n_given;

    /* Set by options. */
    const char *file, *output, *format, *target, *style, *theme, *highlight, *direction, *test;
    const char *completion, *layers, *answers, *colors, *without, *missing, *separator, *to;
    double digits, paths, order, variants, seed, fold, memory, rate, epochs, batch, validation;
    bool worksheet, key, differences, check, separate, forward, expand, ascii, frames, alt, legend,
        steady;
    bool values, list, help, version, manual, quiet, classes, decimal_comma;
} viz__request;

typedef enum viz__option_kind {
    VIZ__SWITCH,  /* present or not */
    VIZ__WHOLE,   /* a whole number from `low` to `high` */
    VIZ__BETWEEN, /* a number above `low` and below `high` */
    VIZ__STRING   /* any text, or one of the words in `what`, separated by | */
} viz__option_kind;

/* What options are for, in the order in which help has them. */
typedef enum viz__option_group {
    VIZ__TO_SEE,
    VIZ__TO_WRITE,
    VIZ__TO_TEACH,
    VIZ__TO_TRAIN,
    VIZ__TO_RUN,
    VIZ__GROUPS
} viz__option_group;

typedef struct viz__option {
    const char *name; /* without -- */
    char letter;      /* 0: none */
    viz__option_kind kind;
    double low, high; /* of a number */
    size_t offset;    /* of the field of viz__request */
    unsigned tasks;   /* that take it */
    viz__option_group group;
    const char *what; /* the argument: FILE, N, or words */
    const char *help;
} viz__option;

/* options.c: the i-th option, NULL past the last; that of a name of n bytes, of a letter. */
const viz__option *viz__option_at(int i);
const viz__option *viz__option_named(const char *name, size_t n);
const viz__option *viz__option_lettered(char letter);
/* The words of an option's argument; those of --format come from the table of formats. */
const char *viz__option_words(const viz__option *o, char *text, size_t room);
/* Which of the words in "a|b|c" it is, 0 for NULL, -1 for none. */
int viz__word_of(const char *word, const char *words);

/* Reads the arguments. False, and what is wrong is printed to stderr, for a wrong use. */
bool viz__read_arguments(viz__request *r, int count, char **argument);

/* Prints "autograd: which: what", and the hint unless it is NULL. False. */
bool viz__wrong_use(const char *what, const char *which, const char *hint);

/* help.c, manual.c, completions.c */
extern const char *const viz__synopsis[];
extern const char *const viz__examples[];
extern const char *const viz__titles[VIZ__GROUPS]; /* of the groups of options */
void viz__print_help(FILE *out, viz__task task);
void viz__print_manual(FILE *out);
bool viz__print_completion(FILE *out, const char *shell);

/* Each task returns the exit code. */
int viz__run_diff(const viz__request *r);
int viz__run_fit(const viz__request *r);
int viz__run_check(const viz__request *r);
int viz__run_diagnose(const viz__request *r);
int viz__run_list(const viz__request *r);

#endif
