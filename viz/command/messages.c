/* What the library says of an error, as the command says it: without the function of C that failed,
 * and with the command's options in place of fields of C. Must not know what was tried.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"
#include "viz/text/text.h"

/* Longer ones stand before those that are part of them. */
static const char *const words[][2] = {
    {".when_missing = NN_MISSING_DROP leaves such rows out, NN_MISSING_KEPT keeps NaN for "
     "nn_fill_missing",
     "--missing drop leaves such rows out, --missing mean fills them in"},
    {".when_missing = NN_MISSING_DROP leaves", "--missing drop leaves"},
    {"try .separator = '\\t'", "try --separator tab"},
    {"try .separator = ';'", "try --separator ';', and --decimal-comma where numbers have one"},
    {"try .separator = ", "try --separator "},
    {".decimal = ',' reads", "--decimal-comma reads"},
    {".without leaves it out; .most_categories allows more", "--without leaves the column out"},
    {".missing lists what means missing; .categorical takes the column as text",
     "mend the cell, or leave the column out: --without"},
    {".categorical takes the column as text", "--without leaves the column out"},
    {"leave .target away", "--target target names it"},
    {", join the class to another, or do without .stratify", ", or join the class to another"},
    {"nn_csv.classes says that a target names classes", "--classes"},
    {"x has no numbers", "no input is left"},
    {"no column is left for x", "no column is left as an input"},
    {"(.target)", "(--target)"},
    {"(.without)", "(--without)"},
    {"(.extra)", "(--test)"},
    {"options.fold_above and target draw fewer nodes", "--fold and --target draw fewer nodes"},
    {"options.target shows fewer nodes", "--target shows fewer nodes"},
    {"options.target or options.highlight", "the name of --target or --highlight"},
    {"options.rankdir", "--direction"},
    {"options.", "--"},
};

static char *replaced(char *text, const char *old, const char *new)
{
    char *at = strstr(text, old);
    size_t n = strlen(old), m = strlen(new), rest = at != NULL ? strlen(at + n) + 1 : 0;
    char *longer = at != NULL ? malloc((size_t)(at - text) + m + rest) : NULL;
    if (longer == NULL) {
        return text;
    }
    memcpy(longer, text, (size_t)(at - text));
    memcpy(longer + (at - text), new, m);
    memcpy(longer + (at - text) + m, at + n, rest);
    free(text);
    return longer;
}

/* "viz_save: ", "read_csv: " at the beginning: a function of C. Operations and networks have no
 * name of two words before a colon that a reader of messages would miss. */
static const char *behind_function(const char *text)
{
    static const char *const functions[] = {"viz_", "nn_", "read_csv: ", "split: ", "split3: "};
    size_t n = strcspn(text, ": \n");
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        const char *f = functions[i];
        if (strncmp(text, f, strlen(f)) == 0 && strncmp(text + n, ": ", 2) == 0) {
            return text + n + 2;
        }
    }
    return text;
}

static char *in_own_words(const char *message)
{
    const char *from = behind_function(message);
    char *text = malloc(strlen(from) + 1);
    if (text == NULL) {
        return NULL;
    }
    strcpy(text, from);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        text = replaced(text, words[i][0], words[i][1]);
    }
    viz__plain_words(text);
    return text;
}

int viz__tell(const ag_graph *g, double megabytes)
{
    bool memory = g == NULL || ag_error(g) == AG_ERR_MEMORY;
    char *text = g != NULL ? in_own_words(ag_error_message(g)) : NULL;
    fprintf(stderr, "autograd: %s\n", text != NULL ? text : "out of memory");
    if (memory) {
        fprintf(stderr, "  hint: %.0f MB are allowed; --memory %.0f allows more\n", megabytes,
                2 * megabytes);
    }
    bool failed = memory || ag_error(g) == AG_ERR_IO;
    free(text);
    return failed ? VIZ__WRONG : VIZ__USAGE;
}

bool viz__overwrites(const char *path, const char *input)
{
    if (input == NULL || strcmp(input, "-") == 0 || !ag_file_is_same(path, input)) {
        return false;
    }
    fprintf(stderr,
            "autograd: %s is what is read, and would be overwritten\n"
            "  hint: give --output another name\n",
            path);
    return true;
}
