/* The options that the examples of training share, and the end of each. Must not know any network.
 *
 *     example e = {"Learns XOR.", .data = "examples/data/xor.csv", .seed = 1, .epochs = 100};
 *     if (!example_options(&e, argc, argv)) {
 *         return e.status;
 *     }
 */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <autograd.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct example {
    const char *about;
    const char *data; /* the file or folder read; NULL: there is no --data */
    uint64_t seed;
    bool no_seed;        /* there is no --seed */
    int epochs;          /* 0: there is no --epochs */
    int generate;        /* how much is written at the end; 0: there is no --generate */
    const char *draws;   /* the figures, "loss.svg, plane.svg"; NULL: there is no --figures */
    const char *figures; /* the folder for them; NULL: none is asked for */
    int status;          /* what main returns if the options end the program */
} example;

static inline void example_usage(FILE *out, const example *e, const char *program)
{
    fprintf(out, "%s\n\nusage: %s [options]\n", e->about, program);
    if (e->data != NULL) {
        fprintf(out, "  --data PATH   the data (%s)\n", e->data);
    }
    if (e->epochs > 0) {
        fprintf(out, "  --epochs N    passes over the data (%d)\n", e->epochs);
    }
    if (e->generate > 0) {
        fprintf(out, "  --generate N  how many characters to write (%d)\n", e->generate);
    }
    fprintf(out, "  --seed N      of everything that is drawn (%llu)\n",
            (unsigned long long)e->seed);
    if (e->draws != NULL) {
        fprintf(out,
                "  --figures DIR write into this folder, with the numbers as CSV:\n"
                "                %s\n",
                e->draws);
    }
    fputs("  --help        this text\n", out);
}

/* A whole number from `least` on; false for any other text. */
static inline bool example_number(const char *text, long long least, long long most, long long *out)
{
    char *end;
    errno = 0;
    *out = strtoll(text, &end, 10);
    return end != text && *end == 0 && errno == 0 && *out >= least && *out <= most;
}

/* One option with its value. False if there is none of this name or the value is no number. */
static inline bool example_set(example *e, const char *name, const char *value)
{
    long long n = 0;
    if (strcmp(name, "--data") == 0 && e->data != NULL) {
        e->data = value;
        return true;
    }
    if (strcmp(name, "--epochs") == 0 && e->epochs > 0 &&
        example_number(value, 1, 1000000000, &n)) {
        e->epochs = (int)n;
        return true;
    }
    if (strcmp(name, "--generate") == 0 && e->generate > 0 &&
        example_number(value, 0, 1000000, &n)) {
        e->generate = (int)n;
        return true;
    }
    if (strcmp(name, "--figures") == 0 && e->draws != NULL && value[0] != '\0') {
        e->figures = value;
        return true;
    }
    if (strcmp(name, "--seed") == 0 && !e->no_seed && example_number(value, 0, INT64_MAX, &n)) {
        e->seed = (uint64_t)n;
        return true;
    }
    return false;
}

/* Reads the options. False if the program is to end: after --help with status 0, after an option
 * that is wrong, which is said, with status 2. */
static inline bool example_options(example *e, int argc, char **argv)
{
    const example usual = *e;
    for (int i = 1; i < argc; i += 2) {
        if (strcmp(argv[i], "--help") == 0) {
            example_usage(stdout, &usual, argv[0]);
            e->status = 0;
            return false;
        }
        if (i + 1 == argc || !example_set(e, argv[i], argv[i + 1])) {
            fprintf(stderr, "%s: what is '%s%s%s'?\n\n", argv[0], argv[i], i + 1 < argc ? " " : "",
                    i + 1 < argc ? argv[i + 1] : "");
            example_usage(stderr, &usual, argv[0]);
            e->status = 2;
            return false;
        }
    }
    return true;
}

/* A file of a folder, in memory of the graph; NULL if that ran out. */
static inline const char *example_path(ag_graph *g, const char *folder, const char *name)
{
    size_t room = strlen(folder) + strlen(name) + 2;
    char *path = ag_graph_memory(g, room);
    if (path != NULL) {
        snprintf(path, room, "%s/%s", folder, name);
    }
    return path;
}

static inline const char *example_file(const example *e, ag_graph *g, const char *name)
{
    return example_path(g, e->data, name);
}

/* Where a figure of this name goes; NULL if no figures are asked for. */
static inline const char *example_figure(const example *e, ag_graph *g, const char *name)
{
    return e->figures != NULL ? example_path(g, e->figures, name) : NULL;
}

/* Was a figure written, or none asked for? `path` is example_figure's. */
#define EXAMPLE_DRAWN(path, save, ...) ((path) == NULL || save(path, __VA_ARGS__) == AG_OK)

/* One more line of a plot: y over x, which may be NULL for 1, 2, ... */
static inline void example_line(viz_plot *p, const char *name, const double *x, const double *y,
                                size_t n)
{
    for (int i = 0; i < VIZ_LAYERS; i++) {
        if (p->layer[i].kind == VIZ_NO_LAYER) {
            p->layer[i] = (viz_layer){VIZ_LINE, .name = name, .x = x, .y = y, .n = n};
            return;
        }
    }
}

/* One more training in a plot: a column of its history over the epochs. */
static inline void example_curve(viz_plot *p, const char *name, const nn_history *h,
                                 const char *column)
{
    example_line(p, name, NULL, nn_curve(h, column), (size_t)nn_epochs(h));
}

/* Plots side by side, four of them two by two, if figures are asked for. */
static inline bool example_draw(const example *e, ag_graph *g, const char *name, const char *title,
                                const viz_plot *plot, size_t n)
{
    const viz_panels all = {.title = title, .plot = plot, .n = n, .columns = n == 4 ? 2 : 0};
    const char *path = example_figure(e, g, name);
    return e->figures == NULL || viz_save_panels(g, path, &all, NULL) == AG_OK;
}

/* The graph of a result, if figures are asked for: name.svg and, with its numbers, name.csv. */
static inline bool example_draw_graph(const example *e, const char *name, const ag_tensor *root,
                                      const viz_options *options)
{
    static const char *const ending[] = {"svg", "csv"};
    bool good = true;
    for (int i = 0; i < 2 && good; i++) {
        char file[64];
        snprintf(file, sizeof file, "%s.%s", name, ending[i]);
        const char *path = example_figure(e, ag_graph_of(root), file);
        good = e->figures == NULL || viz_save(path, root, options) == AG_OK;
    }
    return good;
}

/* Ends the program: frees the graph, prints the error that it kept if there is one, and returns the
 * status of main: 0 if there is none and the result is good. */
static inline int example_end(ag_graph *g, bool good)
{
    bool failed = g == NULL || ag_error(g) != AG_OK;
    if (failed) {
        fputs(g != NULL ? ag_error_message(g) : "out of memory\n", stderr);
    }
    ag_graph_free(g);
    return good && !failed ? 0 : 1;
}

#endif
