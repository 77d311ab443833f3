/* Reads the arguments by the table of options. Must not know what is done with them.
 */
#include "arguments.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "viz/format/format.h"

/* --- reading ---------------------------------------------------------------------------------- */

bool viz__wrong_use(const char *what, const char *which, const char *hint)
{
    fprintf(stderr, "autograd: %s%s%s\n", which, *which != '\0' ? ": " : "", what);
    if (hint != NULL) {
        fprintf(stderr, "  hint: %s\n", hint);
    }
    return false;
}

/* A number with a point, whatever the locale: the command sets none. */
static bool set_number(void *field, const viz__option *o, const char *name, const char *text)
{
    char *end, what[120];
    double number = strtod(text, &end);
    bool whole = o->kind == VIZ__WHOLE;
    bool good = end != text && *end == '\0' &&
                (whole ? number >= o->low && number <= o->high && floor(number) == number
                       : number > o->low && number < o->high);
    if (!good) {
        snprintf(what, sizeof what,
                 whole ? "a whole number from %.10g to %.10g is expected"
                       : "a number above %.10g and below %.10g is expected",
                 o->low, o->high);
        return viz__wrong_use(what, name, NULL);
    }
    *(double *)field = number;
    return true;
}

/* Words are checked here; those of --format have other names as well. */
static bool set_text(void *field, const viz__option *o, const char *name, const char *text)
{
    bool words = o->what != NULL && strchr(o->what, '|') != NULL;
    if (words && viz__word_of(text, o->what) < 0) {
        char what[200];
        snprintf(what, sizeof what, "%.60s is none of %s", text, o->what);
        return viz__wrong_use(what, name, NULL);
    }
    *(const char **)field = text;
    return true;
}

/* `value` is what stands behind = or in the next argument. */
static bool set(viz__request *r, const viz__option *o, const char *name, const char *value)
{
    void *field = (char *)r + o->offset;
    if ((o->tasks & (unsigned)r->task) == 0) {
        return viz__wrong_use("this option is not for this command", name,
                              "autograd COMMAND --help lists its options");
    }
    if (o->kind == VIZ__SWITCH) {
        *(bool *)field = true;
        return true;
    }
    if (value == NULL) {
        char hint[300];
        snprintf(hint, sizeof hint, "--%s %s", o->name, o->what);
        return viz__wrong_use("a value is missing behind this option", name, hint);
    }
    return o->kind == VIZ__STRING ? set_text(field, o, name, value)
                                  : set_number(field, o, name, value);
}

static bool read_option(viz__request *r, int count, char **argument, int *i)
{
    const char *text = argument[*i], *equals = strchr(text, '=');
    bool is_long = text[1] == '-';
    size_t n = is_long ? (equals != NULL ? (size_t)(equals - text) : strlen(text)) - 2 : 1;
    const viz__option *o = is_long ? viz__option_named(text + 2, n) : viz__option_lettered(text[1]);
    if (o == NULL) {
        return viz__wrong_use("there is no such option", text,
                              "autograd --help lists them; a program may stand behind --");
    }
    const char *value = is_long && equals != NULL ? equals + 1 : NULL;
    if (!is_long && text[2] != '\0') {
        value = text + 2;
    }
    if (o->kind == VIZ__SWITCH && value != NULL) {
        return viz__wrong_use("this option has no value", text, NULL);
    }
    if (o->kind != VIZ__SWITCH && value == NULL && *i + 1 < count) {
        value = argument[++*i];
    }
    return set(r, o, text, value);
}

static bool read_operand(viz__request *r, const char *text)
{
    if (r->n_given == VIZ__MOST_GIVEN) {
        return viz__wrong_use("too many bindings", text, NULL);
    }
    r->given[r->n_given++] = text;
    return true;
}

/* The program comes first, then bindings; with --program there are bindings only. */
static void take_program(viz__request *r)
{
    if (r->file == NULL && r->n_given > 0) {
        r->program = r->given[0];
        r->n_given--;
        memmove(r->given, r->given + 1, (size_t)r->n_given * sizeof *r->given);
    }
}

static const struct {
    const char *name;
    viz__task task;
} commands[] = {
    {"diff", VIZ__DIFF}, {"fit", VIZ__FIT}, {"check", VIZ__CHECK}, {"diagnose", VIZ__DIAGNOSE}};

/* Does the ending of the output say its format, where no option does? */
static bool ends_well(const viz__request *r)
{
    const char *path = r->output;
    if (path == NULL || strcmp(path, "-") == 0 || r->format != NULL) {
        return true;
    }
    const char *dot = strrchr(path, '.');
    bool by_others = dot != NULL && (strcmp(dot, ".pdf") == 0 || strcmp(dot, ".png") == 0);
    char what[600], words[300];
    if (by_others || viz__writer_of_path(path) != NULL) {
        return true;
    }
    snprintf(what, sizeof what, "the ending of %.100s says no format; there are pdf|png|%s", path,
             viz__option_words(viz__option_named("format", 6), words, sizeof words));
    return viz__wrong_use(what, "--output", "or name the format with --format");
}

/* Do the arguments belong together? */
static bool fits(const viz__request *r)
{
    bool told = r->help || r->version || r->manual || r->list || r->completion != NULL;
    bool one_file = r->task == VIZ__CHECK || r->task == VIZ__FIT;
    if (!told && r->program == NULL && r->file == NULL) {
        return viz__wrong_use(one_file ? "no file" : "no program", "",
                              r->task == VIZ__FIT     ? "autograd fit data.csv --target y"
                              : r->task == VIZ__CHECK ? "autograd check notes.md"
                                                      : "autograd 'x^2 + 1' x=3");
    }
    if (one_file && r->n_given > 0) {
        return viz__wrong_use("one file is read, and this is a second argument", r->given[0], NULL);
    }
    if (r->worksheet && r->key) {
        return viz__wrong_use("one at a time, the worksheet or its key", "--worksheet", NULL);
    }
    if (r->output != NULL && (r->values || r->check || r->list)) {
        return viz__wrong_use("what --values, --check and --list-ops print goes to no file", "-o",
                              "redirect the output with >");
    }
    if ((r->frames || r->alt) && (r->output == NULL || strcmp(r->output, "-") == 0)) {
        return viz__wrong_use("files are written beside that of --output, which is not given",
                              r->frames ? "--frames" : "--alt", NULL);
    }
    return r->task != VIZ__EVALUATE || ends_well(r);
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
                   (text[1] != '-' && viz__option_lettered(text[1]) == NULL && r->n_given == 0)) {
            if (!read_operand(r, text)) {
                return false;
            }
        } else if (!read_option(r, count, argument, &i)) {
            return false;
        }
    }
    take_program(r);
    return fits(r);
}
