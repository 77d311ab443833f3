/* The table of options, from which arguments are read and the help, the manual page and completions
 * are written. Must not know what is done with them.
 */
#include <string.h>

#include "arguments.h"
#include "viz/format/format.h"

#define AT(field) offsetof(viz__request, field)
#define ALL (VIZ__EVALUATE | VIZ__DIFF | VIZ__FIT | VIZ__CHECK | VIZ__DIAGNOSE)
#define GRAPH (VIZ__EVALUATE | VIZ__DIFF | VIZ__DIAGNOSE)
#define SWITCH VIZ__SWITCH, 0, 0
#define TEXT VIZ__STRING, 0, 0
#define WHOLE(low, high) VIZ__WHOLE, low, high
#define BETWEEN(low, high) VIZ__BETWEEN, low, high
#define MOST 1e9

static const viz__option options[] = {
    {"program", 'p', TEXT, AT(file), GRAPH, VIZ__TO_SEE, "FILE",
     "read the program from FILE, or from -"},
    {"target", 't', TEXT, AT(target), VIZ__EVALUATE | VIZ__DIFF | VIZ__FIT, VIZ__TO_SEE, "NAME",
     "only what depends on this name, or these: x,y; of --order, by what; of diff, what is "
     "moved; of fit, the column to predict"},
    {"digits", 'd', WHOLE(1, 17), AT(digits), GRAPH, VIZ__TO_SEE, "N",
     "significant digits, 4 if not given"},
    {"values", 0, SWITCH, AT(values), VIZ__EVALUATE, VIZ__TO_SEE, NULL,
     "only the result and the gradients of the variables, with all digits"},
    {"order", 0, WHOLE(1, VIZ__MOST_ORDER), AT(order), VIZ__EVALUATE, VIZ__TO_SEE, "N",
     "the derivation of the N-th derivative, by the target or the only variable"},
    {"paths", 0, WHOLE(1, 10000), AT(paths), VIZ__EVALUATE, VIZ__TO_SEE, "N",
     "list the N largest paths from each variable to the result, with their products"},
    {"to", 0, TEXT, AT(to), VIZ__DIFF, VIZ__TO_SEE, "NAME=VALUE",
     "compare with this value in place of a step: --to x=3; several with ;"},
    {"check", 'c', SWITCH, AT(check), VIZ__EVALUATE, VIZ__TO_SEE, NULL,
     "compare each gradient with finite differences; exit code 1 if one differs"},
    {"differences", 0, SWITCH, AT(differences), VIZ__EVALUATE, VIZ__TO_SEE, NULL,
     "a column of finite differences in the trace"},
    {"forward", 0, SWITCH, AT(forward), VIZ__EVALUATE, VIZ__TO_SEE, NULL, "without gradients"},
    {"expand", 0, SWITCH, AT(expand), VIZ__EVALUATE, VIZ__TO_SEE, NULL,
     "list the elements of tensors, as is done without it where they are few"},
    {"separate", 0, SWITCH, AT(separate), GRAPH, VIZ__TO_SEE, NULL,
     "do not share equal subexpressions"},
    {"ascii", 0, SWITCH, AT(ascii), GRAPH, VIZ__TO_SEE, NULL, "no characters beyond ASCII"},
    {"list-ops", 0, SWITCH, AT(list), VIZ__EVALUATE, VIZ__TO_SEE, NULL,
     "all operations, or those with a word in their names: --list-ops relu; with their formulas "
     "and derivatives"},

    {"output", 'o', TEXT, AT(output), VIZ__EVALUATE | VIZ__FIT, VIZ__TO_WRITE, "FILE",
     "write to FILE, in the format of its ending; - is the standard output"},
    {"format", 'f', TEXT, AT(format), VIZ__EVALUATE, VIZ__TO_WRITE, "FORMAT",
     "also text, tikz, beamer, reveal, stepper, mermaid, markdown, latex, alt"},
    {"style", 0, TEXT, AT(style), VIZ__EVALUATE, VIZ__TO_WRITE, "full|compact|circuit|nn",
     "of figures"},
    {"theme", 0, TEXT, AT(theme), VIZ__EVALUATE, VIZ__TO_WRITE, "auto|light|dark",
     "the colors of SVG"},
    {"colors", 0, TEXT, AT(colors), VIZ__EVALUATE, VIZ__TO_WRITE, "NAME=#RRGGBB",
     "of value, gradient, ink, muted, highlight, paper; several with commas"},
    {"direction", 0, TEXT, AT(direction), VIZ__EVALUATE, VIZ__TO_WRITE, "LR|TB|RL|BT",
     "of figures"},
    {"highlight", 0, TEXT, AT(highlight), VIZ__EVALUATE, VIZ__TO_WRITE, "NAME",
     "draw the paths from this name in bold"},
    {"fold", 0, WHOLE(1, MOST), AT(fold), VIZ__EVALUATE, VIZ__TO_WRITE, "N",
     "draw at most N nodes, 200 if not given"},
    {"frames", 0, SWITCH, AT(frames), VIZ__EVALUATE, VIZ__TO_WRITE, NULL,
     "a file for each step: fig-01.svg, fig-02.svg, ..."},
    {"alt", 0, SWITCH, AT(alt), VIZ__EVALUATE, VIZ__TO_WRITE, NULL,
     "a description beside a figure"},
    {"legend", 0, SWITCH, AT(legend), VIZ__EVALUATE, VIZ__TO_WRITE, NULL,
     "explain colors and outlines"},
    {"steady", 0, SWITCH, AT(steady), VIZ__EVALUATE, VIZ__TO_WRITE, NULL,
     "boxes of figures keep their places where inputs, and so digits, differ a little"},

    {"worksheet", 'w', SWITCH, AT(worksheet), VIZ__EVALUATE, VIZ__TO_TEACH, NULL,
     "numbered blanks"},
    {"key", 'k', SWITCH, AT(key), VIZ__EVALUATE, VIZ__TO_TEACH, NULL, "the answers to the blanks"},
    {"variants", 0, WHOLE(1, VIZ__MOST_VARIANTS), AT(variants), VIZ__EVALUATE, VIZ__TO_TEACH, "N",
     "N times, with inputs drawn anew; of -o sheet.md: sheet-01.md, ..."},
    {"seed", 0, WHOLE(0, MOST), AT(seed), VIZ__EVALUATE | VIZ__FIT, VIZ__TO_TEACH, "N",
     "of random numbers"},
    {"answers", 0, TEXT, AT(answers), VIZ__DIAGNOSE, VIZ__TO_TEACH, "FILE",
     "the worksheet, filled in: as (1) 4 and so on"},

    {"rate", 0, BETWEEN(0, MOST), AT(rate), VIZ__DIFF | VIZ__FIT, VIZ__TO_TRAIN, "R",
     "the learning rate: 0.1 for a step of diff, 0.01 of Adam for fit"},
    {"layers", 0, TEXT, AT(layers), VIZ__FIT, VIZ__TO_TRAIN, "16,16",
     "units of the hidden layers; none: a linear model"},
    {"epochs", 0, WHOLE(1, 1e6), AT(epochs), VIZ__FIT, VIZ__TO_TRAIN, "N",
     "as many as make 2000 steps, but at least 100, if not given"},
    {"batch", 0, WHOLE(1, MOST), AT(batch), VIZ__FIT, VIZ__TO_TRAIN, "N",
     "rows of a step, 32 if not given"},
    {"classes", 0, SWITCH, AT(classes), VIZ__FIT, VIZ__TO_TRAIN, NULL,
     "the numbers of the target name classes"},
    {"test", 0, TEXT, AT(test), VIZ__FIT, VIZ__TO_TRAIN, "SHARE",
     "of the rows, kept for the last figure, 0.2 if not given; or the column that marks them"},
    {"validation", 0, BETWEEN(0, 1), AT(validation), VIZ__FIT, VIZ__TO_TRAIN, "SHARE",
     "of the rows, watched while it trains, 0.2 if not given"},
    {"without", 0, TEXT, AT(without), VIZ__FIT, VIZ__TO_TRAIN, "NAMES",
     "columns that are no inputs, such as id,date; all others are, whatever their names"},
    {"missing", 0, TEXT, AT(missing), VIZ__FIT, VIZ__TO_TRAIN, "refuse|drop|mean",
     "rows with empty cells: an error, left out, or filled with the column's mean"},
    {"separator", 0, TEXT, AT(separator), VIZ__FIT, VIZ__TO_TRAIN, "CHAR",
     "between the columns, a comma if not given; tab for a tabulator"},
    {"decimal-comma", 0, SWITCH, AT(decimal_comma), VIZ__FIT, VIZ__TO_TRAIN, NULL,
     "numbers are written as 1,5"},
    {"quiet", 'q', SWITCH, AT(quiet), VIZ__FIT, VIZ__TO_TRAIN, NULL, "no progress"},

    {"memory", 0, WHOLE(1, 1 << 24), AT(memory), GRAPH | VIZ__FIT, VIZ__TO_RUN, "MB",
     "the most memory, 1024 if not given"},
    {"completion", 0, TEXT, AT(completion), VIZ__EVALUATE, VIZ__TO_RUN, "bash|zsh|fish",
     "print the completions of a shell"},
    {"manual", 0, SWITCH, AT(manual), VIZ__EVALUATE, VIZ__TO_RUN, NULL, "print the manual page"},
    {"version", 0, SWITCH, AT(version), VIZ__EVALUATE, VIZ__TO_RUN, NULL, "print the version"},
    {"help", 'h', SWITCH, AT(help), ALL, VIZ__TO_RUN, NULL,
     "print this help; autograd fit --help that of one command"},
};
#define OPTIONS ((int)(sizeof options / sizeof options[0]))

const viz__option *viz__option_at(int i)
{
    return i >= 0 && i < OPTIONS ? &options[i] : NULL;
}

const viz__option *viz__option_named(const char *name, size_t n)
{
    for (int i = 0; i < OPTIONS; i++) {
        if (strlen(options[i].name) == n && strncmp(options[i].name, name, n) == 0) {
            return &options[i];
        }
    }
    return NULL;
}

const viz__option *viz__option_lettered(char letter)
{
    for (int i = 0; letter != 0 && i < OPTIONS; i++) {
        if (options[i].letter == letter) {
            return &options[i];
        }
    }
    return NULL;
}

const char *viz__option_words(const viz__option *o, char *text, size_t room)
{
    if (strcmp(o->name, "format") != 0) {
        return o->what;
    }
    size_t used = 0;
    text[0] = '\0';
    for (int f = 0; f < VIZ_FORMAT_COUNT; f++) {
        const viz__writer *w = viz__writer_of((viz_format)f);
        const char *word = w != NULL ? w->ending + 1 : NULL;
        if (word != NULL && used + strlen(word) + 2 < room) {
            used += (size_t)sprintf(text + used, "%s%s", used > 0 ? "|" : "", word);
        }
    }
    return text;
}

int viz__word_of(const char *word, const char *words)
{
    int i = 0;
    for (const char *p = words; p != NULL && word != NULL; i++) {
        size_t n = strcspn(p, "|");
        if (strlen(word) == n && strncmp(word, p, n) == 0) {
            return i;
        }
        p = p[n] == '|' ? p + n + 1 : NULL;
    }
    return word != NULL ? -1 : 0;
}
