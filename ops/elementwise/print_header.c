/* Completes elementwise.h: copies it to standard output and puts in the rows of the tables, for
 * each its prototype with the formulas of its value and gradient, and the macro that notes the
 * caller's line. A program of the build, not of the library. Must not know what a row computes.
 */
#include <stdio.h>
#include <string.h>

#include "autograd/formula/formula.h"

typedef struct entry {
    const char *name, *value, *partial[2], *doc;
    int n_in;
    int constants;
} entry;

static const entry table[] = {
#define ONE(name, value, partial, doc, constants)                                                  \
    {#name, #value, {#partial, NULL}, doc, 1, constants},
#define UNARY(name, value, partial, low, high, doc) ONE(name, value, partial, doc, 0)
#define UNARY_P(name, value, partial, low, high, p, doc) ONE(name, value, partial, doc, 1)
#define UNARY_PQ(name, value, partial, low, high, p, q, doc) ONE(name, value, partial, doc, 2)
#define BINARY(name, value, partial_a, partial_b, low, high, doc)                                  \
    {#name, #value, {#partial_a, #partial_b}, doc, 2, 0},
/* Parts of other rows are no operations of their own. */
#define UNARY_PART(name, value, partial, low, high)
#define UNARY_PART_P(name, value, partial, low, high, p)
#define UNARY_PART_PQ(name, value, partial, low, high, p, q)
#define BINARY_PART(name, value, partial_a, partial_b, low, high)
#define BINARY_PART_PQ(name, value, partial_a, partial_b, low, high, p, q)
#include "each_row.h"
};

/* --- names of functions ----------------------------------------------------------------------- */

/* What a row may call by F(name, ...): every row, and the functions of numbers. */
static const char *const rows[] = {
#define UNARY(name, value, partial, low, high, doc) #name,
#define BINARY(name, value, partial_a, partial_b, low, high, doc) #name,
#include "each_row.h"
};
static const char *const functions[] = {
#define SPECIAL1(name) #name,
#define SPECIAL2(name) #name,
#define SPECIAL_TWO(name) #name,
#define SPECIAL4(name) #name,
#define FUNCTION(name, arguments, value) #name,
#include "functions.def"
#define LIBM1(name, f64, f32) #name,
#define LIBM2(name, f64, f32) #name,
#define EXACT1(name, f64, f32) #name,
#define EXACT2(name, f64, f32) #name,
#define OWN1(name, f64, f32) #name,
#define OWN2(name, f64, f32) #name,
#define FUSED1(name, f64, f32) #name,
#include "ops/kernel/libm.def"
    /* in C: functions.h, simd/ */
    "normal_cdf", "product_low", "power", "sinc", "sinc_derivative",
};

/* The texts in which functions are called: of a row the value, then the partials. */
typedef struct calls {
    const char *row, *text[3];
} calls;
static const calls called[] = {
#define UNARY(name, value, partial, low, high, doc) {#name, {#value, #partial, NULL}},
#define BINARY(name, value, partial_a, partial_b, low, high, doc)                                  \
    {#name, {#value, #partial_a, #partial_b}},
#include "each_row.h"
#define FUNCTION(name, arguments, value) {#name, {#value}},
#include "functions.def"
};

static int is_among(const char *const *names, size_t n, const char *word, size_t length)
{
    for (size_t i = 0; i < n; i++) {
        if (strlen(names[i]) == length && memcmp(names[i], word, length) == 0) {
            return 1;
        }
    }
    return 0;
}

/* A name that nothing has would be an error in every file that expands the tables; it is told here,
 * once. A partial is differentiated again, so what it calls must be a row, but for what BOARD
 * gives for numbers alone. Returns how many names are wrong. */
static int check_calls(const char *row, const char *text, int partial)
{
    int wrong = 0, rows_alone = partial && strstr(text, "BOARD(") == NULL;
    for (const char *at = strstr(text, "F("); at != NULL; at = strstr(at + 2, "F(")) {
        const char *word = at + 2;
        size_t n = strcspn(word, " ,)");
        int inside_a_word = at > text && strchr("( ", at[-1]) == NULL;
        int known = is_among(rows, sizeof rows / sizeof *rows, word, n);
        if (!rows_alone && !known) {
            known = is_among(functions, sizeof functions / sizeof *functions, word, n);
        }
        if (!inside_a_word && !known) {
            fprintf(stderr, "elementwise tables: %s calls F(%.*s, ...), which is no row%s\n", row,
                    (int)n, word, rows_alone ? "" : ", nor in functions.def or libm.def");
            wrong++;
        }
    }
    return wrong;
}

static int check_names(void)
{
    int wrong = 0;
    for (size_t i = 0; i < sizeof called / sizeof *called; i++) {
        for (int k = 0; k < 3; k++) {
            const char *text = called[i].text[k];
            wrong += text != NULL ? check_calls(called[i].row, text, k > 0) : 0;
        }
    }
    return wrong;
}

/* --- the header ------------------------------------------------------------------------------- */

static const char *name_of(void *context, char symbol)
{
    (void)context;
    return symbol == 'A' ? "a" : symbol == 'B' ? "b" : "y";
}

static const char *formula(const entry *e, const char *source, char *text, size_t bytes)
{
    ag__formula_names names = {.name = name_of, .value = e->value};
    if (ag__formula_write(source, &names, AG_TEXT_ASCII, text, bytes) == 0) {
        fprintf(stderr, "elementwise tables: not a formula in row %s: %s\n", e->name, source);
        return NULL;
    }
    return text;
}

/* One comment line after another, broken at spaces. */
static void wrap(const char *text)
{
    size_t column = 3;
    fputs("/*", stdout);
    while (*text != '\0') {
        size_t word = strcspn(text, " ");
        if (column + word + 1 > 96) {
            fputs("\n *", stdout);
            column = 2;
        }
        printf(" %.*s", (int)word, text);
        column += word + 1;
        text += word;
        text += *text == ' ';
    }
    fputs("\n", stdout);
}

static int print_entry(const entry *e)
{
    char value[200], partial[200];
    if (formula(e, e->value, value, sizeof value) == NULL) {
        return 1;
    }
    wrap(e->doc);
    printf(" *   y = %s\n", value);
    for (int i = 0; i < e->n_in; i++) {
        if (formula(e, e->partial[i], partial, sizeof partial) == NULL) {
            return 1;
        }
        printf(" *   g%c += gy * (%s)%s", 'a' + i, partial, i + 1 < e->n_in ? "\n" : " */\n");
    }
    static const char *const constants[] = {"", ", double c", ", double c, double d"};
    const char *arguments = e->n_in == 2 ? ", ag_tensor *b" : constants[e->constants];
    printf("AG_API ag_tensor *ag_%s(ag_tensor *a%s);\n", e->name, arguments);
    return 0;
}

static void print_site(const entry *e)
{
    static const char *const constants[] = {"a", "a, c", "a, c, d"};
    static const char *const calls[] = {"ag__call1", "ag__call1c", "ag__call1cd"};
    const char *arguments = e->n_in == 2 ? "a, b" : constants[e->constants];
    const char *call = e->n_in == 2 ? "ag__call2" : calls[e->constants];
    printf("#define ag_%s(%s) %s((ag_%s), %s, AG_HERE)\n", e->name, arguments, call, e->name,
           arguments);
}

/* The lines of elementwise.h in whose place the rows are printed. */
static const char prototypes[] =
    "/* In <autograd/elementwise.h> the prototypes of all rows stand here: print_header.c. */\n";
static const char macros[] =
    "/* In <autograd/elementwise.h> the macros of all rows stand here: print_header.c. */\n";

static int print_entries(void)
{
    int failed = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        fputs(i > 0 ? "\n" : "", stdout);
        failed |= print_entry(&table[i]);
    }
    return failed;
}

static void print_sites(void)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        print_site(&table[i]);
    }
}

/* elementwise.h, line by line. Each of the two places must be there once. */
static int complete(FILE *header)
{
    char line[256];
    int failed = 0, seen[2] = {0, 0};
    while (fgets(line, sizeof line, header) != NULL) {
        if (strcmp(line, prototypes) == 0) {
            failed |= print_entries();
            seen[0]++;
        } else if (strcmp(line, macros) == 0) {
            print_sites();
            seen[1]++;
        } else {
            fputs(line, stdout);
        }
    }
    if (seen[0] != 1 || seen[1] != 1) {
        fprintf(stderr, "elementwise.h: no place, or two, for prototypes or macros of the rows\n");
        return 1;
    }
    return failed;
}

int main(int argc, char **argv)
{
    FILE *header = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (header == NULL) {
        fprintf(stderr, "print_header ops/elementwise/elementwise.h\n");
        return 1;
    }
    int failed = check_names() > 0 || complete(header);
    fclose(header);
    return failed || fflush(stdout) != 0 || ferror(stdout);
}
