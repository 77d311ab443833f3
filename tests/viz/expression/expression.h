/* What the tests of programs share: one that is read, bound and recorded, or refused. Bindings stand
 * behind the program, separated by " | ": "x*y | x=2 | y=3". Must not know any private header.
 */
#ifndef TESTS_VIZ_EXPRESSION_H
#define TESTS_VIZ_EXPRESSION_H

#include "expect.h"

#include <autograd/program.h>

#define MOST_BINDINGS 16

/* A recorded program; free it with run_end. `result` is NULL if it was refused. */
typedef struct run {
    ag_graph *graph;
    viz_program *program;
    ag_tensor *result;
} run;

/* No block of a program is larger: what asks for more finds no memory on any machine. */
#define MOST_MEMORY ((size_t)1 << 28)
static inline void *limited_alloc(void *context, size_t bytes)
{
    (void)context;
    return bytes <= MOST_MEMORY ? malloc(bytes) : NULL;
}

static inline void limited_release(void *context, void *memory, size_t bytes)
{
    (void)context, (void)bytes;
    free(memory);
}

static inline void run_on(run *r, const char *line, const viz_program_options *options)
{
    char text[8192], *piece[MOST_BINDINGS + 1] = {text};
    int n = 1;
    ck_assert_uint_lt(strlen(line), sizeof text);
    strcpy(text, line);
    for (char *p = text; n <= MOST_BINDINGS && (p = strstr(p, " | ")) != NULL; n++) {
        *p = '\0';
        piece[n] = p += 3;
    }
    r->program = viz_program_new(r->graph, text, strlen(text), options);
    ag_status status = r->program != NULL ? AG_OK : AG_ERR_VALUE;
    for (int i = 1; i < n && status == AG_OK; i++) {
        status = viz_program_bind(r->program, piece[i]);
    }
    r->result = status == AG_OK ? viz_program_record(r->program) : NULL;
    ck_assert_msg((r->result == NULL) == (ag_error(r->graph) != AG_OK), "%s: %s", line,
                  ag_error_message(r->graph));
}

static inline run run_line_with(const char *line, const viz_program_options *options)
{
    const ag_graph_options limited = {.allocator = {limited_alloc, limited_release, NULL}};
    run r = {.graph = ag_graph_new_with(&limited)};
    run_on(&r, line, options);
    return r;
}

static inline run run_line(const char *line)
{
    run r = run_line_with(line, NULL);
    ck_assert_msg(r.result != NULL, "%s: %s", line, ag_error_message(r.graph));
    return r;
}

static inline void run_end(run *r)
{
    viz_program_free(r->program);
    ag_graph_free(r->graph);
}

/* The gradient of a variable after a backward pass. */
static inline double gradient(const run *r, const char *name)
{
    ag_tensor *x = viz_program_variable(r->program, name);
    ck_assert_msg(x != NULL, "there is no variable %s", name);
    return ag_grad_item(x);
}

#endif
