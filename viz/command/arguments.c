/* The options of the command, and the reading of its arguments. Must not know what is done with
 * them.
 */
#include "arguments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "viz/format/format.h"

#define AT(field) offsetof(viz__request, field)
#define ALL (VIZ__EVALUATE | VIZ__DIFF | VIZ__FIT | VIZ__CHECK | VIZ__DIAGNOSE)
#define GRAPH (VIZ__EVALUATE | VIZ__DIFF | VIZ__DIAGNOSE)

static const viz__option options[] = {
    {"output", 'o', VIZ__STRING, AT(output), VIZ__EVALUATE | VIZ__FIT, "FILE",
     "write to FILE, in the format of its ending; - is the standard output"},
    {"format", 'f', VIZ__STRING, AT(format), VIZ__EVALUATE, "FORMAT",
     "also text, tikz, beamer, reveal, stepper, mermaid, markdown, latex, alt"},
    {"program", 'p', VIZ__STRING, AT(file), GRAPH, "FILE", "read the program from FILE, or from -"},
    {"digits", 'd', VIZ__NUMERIC, AT(digits), GRAPH, "N", "significant digits, 4 if not given"},
    {"target", 't', VIZ__STRING, AT(target), VIZ__EVALUATE | VIZ__FIT, "NAME",
     "only what depends on this name; of --order, by what; of fit, the column to predict"},
    {"order", 0, VIZ__NUMERIC, AT(order), VIZ__EVALUATE, "N",
     "the derivation of the N-th derivative, by the target or the only variable"},
    {"check", 'c', VIZ__SWITCH, AT(check), VIZ__EVALUATE, NULL,
     "compare each gradient with finite differences; exit code 1 if one differs"},
    {"differences", 0, VIZ__SWITCH, AT(differences), VIZ__EVALUATE, NULL,
     "a column of finite differences in the trace"},
    {"paths", 0, VIZ__NUMERIC, AT(paths), VIZ__EVALUATE, "N", "list the N largest paths"},
    {"worksheet", 'w', VIZ__SWITCH, AT(worksheet), VIZ__EVALUATE, NULL, "numbered blanks"},
    {"key", 'k', VIZ__SWITCH, AT(key), VIZ__EVALUATE, NULL, "the answers to the blanks"},
    {"variants", 0, VIZ__NUMERIC, AT(variants), VIZ__EVALUATE, "N",
     "N times, with inputs drawn anew; of -o sheet.md: sheet-01.md, ..."},
    {"seed", 0, VIZ__NUMERIC, AT(seed), VIZ__EVALUATE | VIZ__FIT, "N", "of random numbers"},
    {"values", 0, VIZ__SWITCH, AT(values), VIZ__EVALUATE, NULL,
     "only the result and the gradients of the variables, with all digits"},
    {"forward", 0, VIZ__SWITCH, AT(forward), VIZ__EVALUATE, NULL, "without gradients"},
    {"expand", 0, VIZ__SWITCH, AT(expand), VIZ__EVALUATE, NULL, "list the elements of tensors"},
    {"separate", 0, VIZ__SWITCH, AT(separate), GRAPH, NULL, "do not share equal subexpressions"},
    {"ascii", 0, VIZ__SWITCH, AT(ascii), GRAPH, NULL, "no characters beyond ASCII"},
    {"style", 0, VIZ__STRING, AT(style), VIZ__EVALUATE, "full|compact|circuit|nn", "of figures"},
    {"theme", 0, VIZ__STRING, AT(theme), ALL, "auto|light|dark", "the colors of SVG"},
    {"colors", 0, VIZ__STRING, AT(colors), VIZ__EVALUATE, "NAME=#RRGGBB",
     "of value, gradient, ink, muted, highlight, paper; several with commas"},
    {"direction", 0, VIZ__STRING, AT(direction), VIZ__EVALUATE, "LR|TB|RL|BT", "of figures"},
    {"highlight", 0, VIZ__STRING, AT(highlight), VIZ__EVALUATE, "NAME",
     "draw the paths from this name in bold"},
    {"fold", 0, VIZ__NUMERIC, AT(fold), VIZ__EVALUATE, "N", "draw at most N nodes"},
    {"frames", 0, VIZ__SWITCH, AT(frames), VIZ__EVALUATE, NULL,
     "a file for each step: fig-01.svg, fig-02.svg, ..."},
    {"alt", 0, VIZ__SWITCH, AT(alt), VIZ__EVALUATE, NULL, "a description beside a figure"},
    {"legend", 0, VIZ__SWITCH, AT(legend), VIZ__EVALUATE, NULL, "explain colors and outlines"},
    {"answers", 0, VIZ__STRING, AT(answers), VIZ__DIAGNOSE, "FILE",
     "the worksheet, filled in: as (1) 4 and so on"},
    {"rate", 0, VIZ__NUMERIC, AT(rate), VIZ__DIFF | VIZ__FIT, "R",
     "the learning rate: 0.1 for a step of diff, 0.001 of Adam for fit"},
    {"classes", 0, VIZ__SWITCH, AT(classes), VIZ__FIT, NULL,
     "the numbers of the target name classes"},
    {"layers", 0, VIZ__STRING, AT(layers), VIZ__FIT, "16,16", "units of the hidden layers"},
    {"epochs", 0, VIZ__NUMERIC, AT(epochs), VIZ__FIT, "N", "100 if not given"},
    {"batch", 0, VIZ__NUMERIC, AT(batch), VIZ__FIT, "N", "rows of a step, 32 if not given"},
    {"test", 0, VIZ__NUMERIC, AT(share), VIZ__FIT, "SHARE",
     "of the rows that are kept for the test, 0.2 if not given"},
    {"quiet", 'q', VIZ__SWITCH, AT(quiet), VIZ__FIT, NULL, "no progress"},
    {"memory", 0, VIZ__NUMERIC, AT(memory), GRAPH, "MB", "the most memory, 1024 if not given"},
    {"list-ops", 0, VIZ__SWITCH, AT(list), VIZ__EVALUATE, NULL,
     "all operations with formulas and derivatives"},
    {"completion", 0, VIZ__STRING, AT(completion), VIZ__EVALUATE, "bash|zsh|fish",
     "print the completions of a shell"},
    {"manual", 0, VIZ__SWITCH, AT(manual), VIZ__EVALUATE, NULL, "print the manual page"},
    {"version", 0, VIZ__SWITCH, AT(version), VIZ__EVALUATE, NULL, "print the version"},
    {"help", 'h', VIZ__SWITCH, AT(help), ALL, NULL, "print this help"},
};
#define OPTIONS ((int)(sizeof options / sizeof options[0]))

const viz__option *viz__option_at(int i)
{
    return i >= 0 && i < OPTIONS ? &options[i] : NULL;
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

/* --- reading ---------------------------------------------------------------------------------- */

static bool wrong(const char *what, const char *which, const char *hint)
{
    fprintf(stderr, "autograd: %s%s%s\n", which, *which != '\0' ? ": " : "", what);
    if (hint != NULL) {
        fprintf(stderr, "  hint: %s\n", hint);
    }
    return false;
}

static const viz__option *option_named(const char *name, size_t n)
{
    for (int i = 0; i < OPTIONS; i++) {
        if (strlen(options[i].name) == n && strncmp(options[i].name, name, n) == 0) {
            return &options[i];
        }
    }
    return NULL;
}

static const viz__option *option_lettered(char letter)
{
    for (int i = 0; i < OPTIONS; i++) {
        if (letter != 0 && options[i].letter == letter) {
            return &options[i];
        }
    }
    return NULL;
}

/* A number with a point, whatever the locale: the command sets none. 0 is only a seed. */
static bool set_number(void *field, const viz__option *o, const char *name, const char *text)
{
    char *end;
    double number = strtod(text, &end);
    bool seed = o->offset == AT(seed);
    if (end == text || *end != '\0' || !(number >= 0 && number < 1e9) || (number == 0 && !seed)) {
        return wrong(seed ? "a number from 0 on is expected" : "a number above 0 is expected", name,
                     NULL);
    }
    *(double *)field = number;
    return true;
}

/* `value` is what stands behind = or in the next argument. */
static bool set(viz__request *r, const viz__option *o, const char *name, const char *value)
{
    void *field = (char *)r + o->offset;
    if ((o->tasks & (unsigned)r->task) == 0) {
        return wrong("this option is not for this command", name, "autograd --help lists them");
    }
    if (o->kind == VIZ__SWITCH) {
        *(bool *)field = true;
        return true;
    }
    if (value == NULL) {
        return wrong("a value is missing behind this option", name, o->what);
    }
    if (o->kind == VIZ__NUMERIC) {
        return set_number(field, o, name, value);
    }
    *(const char **)field = value;
    return true;
}

static bool read_option(viz__request *r, int count, char **argument, int *i)
{
    const char *text = argument[*i], *equals = strchr(text, '=');
    bool is_long = text[1] == '-';
    size_t n = is_long ? (equals != NULL ? (size_t)(equals - text) : strlen(text)) - 2 : 1;
    const viz__option *o = is_long ? option_named(text + 2, n) : option_lettered(text[1]);
    if (o == NULL) {
        return wrong("there is no such option", text, "autograd --help lists them");
    }
    const char *value = is_long && equals != NULL ? equals + 1 : NULL;
    if (!is_long && text[2] != '\0') {
        value = text + 2;
    }
    if (o->kind == VIZ__SWITCH && value != NULL) {
        return wrong("this option has no value", text, NULL);
    }
    if (o->kind != VIZ__SWITCH && value == NULL && *i + 1 < count) {
        value = argument[++*i];
    }
    return set(r, o, text, value);
}

/* The program first, then bindings. */
static bool read_operand(viz__request *r, const char *text)
{
    if (r->program == NULL && r->file == NULL) {
        r->program = text;
        return true;
    }
    if (r->n_given == VIZ__MOST_GIVEN) {
        return wrong("too many bindings", text, NULL);
    }
    r->given[r->n_given++] = text;
    return true;
}

static const struct {
    const char *name;
    viz__task task;
} commands[] = {
    {"diff", VIZ__DIFF}, {"fit", VIZ__FIT}, {"check", VIZ__CHECK}, {"diagnose", VIZ__DIAGNOSE}};

/* Do the arguments belong together? */
static bool fits(const viz__request *r)
{
    bool told = r->help || r->version || r->manual || r->list || r->completion != NULL;
    bool one_file = r->task == VIZ__CHECK || r->task == VIZ__FIT;
    if (!told && r->program == NULL && r->file == NULL) {
        return wrong("no program", "", "autograd 'x^2 + 1' x=3; autograd --help");
    }
    if (one_file && r->n_given > 0) {
        return wrong("one file is read, and this is a second argument", r->given[0], NULL);
    }
    if (r->order > VIZ__MOST_ORDER) {
        return wrong("8 is the highest", "--order", NULL);
    }
    if (r->output != NULL && (r->values || r->check || r->list)) {
        return wrong("what --values, --check and --list-ops print goes to no file", "-o",
                     "redirect the output with >");
    }
    return true;
}

bool viz__read_arguments(viz__request *r, int count, char **argument)
{
    *r = (viz__request){.task = VIZ__EVALUATE};
    int i = 1;
    for (size_t k = 0; count > 1 && k < sizeof commands / sizeof *commands; k++) {
        if (strcmp(argument[1], commands[k].name) == 0) {
            r->task = commands[k].task;
            i = 2;
        }
    }
    bool operands = false; /* behind -- */
    for (; i < count; i++) {
        const char *text = argument[i];
        bool number = text[0] == '-' && text[1] != '\0' && strchr("0123456789.(", text[1]) != NULL;
        if (!operands && strcmp(text, "--") == 0) {
            operands = true;
        } else if (operands || text[0] != '-' || text[1] == '\0' || number ||
                   (text[1] != '-' && option_lettered(text[1]) == NULL && r->program == NULL)) {
            if (!read_operand(r, text)) {
                return false;
            }
        } else if (!read_option(r, count, argument, &i)) {
            return false;
        }
    }
    return fits(r);
}
