/* Programs in the notation of mathematics, recorded as graphs: sqrt(x^2 + 1), W @ x + b.
 *
 *     ag_graph *g = ag_graph_new();
 *     const char *given[] = {"x=2"};
 *     ag_tensor *f = viz_evaluate(g, "a = x^2; sqrt(a + exp(a)) + cos(a + exp(a))", given, 1);
 *
 * viz/expression/README.md has the grammar. Text may have any bytes: what is no program is an error
 * that shows the place, and nothing recurses on it.
 *
 * Errors. A function that returns a pointer returns NULL, and the graph keeps the message, which has
 * the line of the program with a mark under the word that is meant. VALUE: the text is no program, a
 * name has no value, or a value has no name in it. OVERFLOW: it is too large. MEMORY. And those of
 * the operations that are recorded.
 */
#ifndef VIZ_PROGRAM_H
#define VIZ_PROGRAM_H

#include <autograd/engine.h>

AG_BEGIN_C

/* A program that was read. It belongs to a graph, in whose memory it lies and on which it records. */
typedef struct viz_program viz_program;

/* A field that is zero has its default. */
typedef struct viz_program_options {
    bool separate; /* record equal subexpressions each time; otherwise they are shared */
    bool unnamed;  /* give no name to a result that has none; otherwise it is called f */
} viz_program_options;

/* Reads `bytes` bytes of a program. Nothing is recorded yet. `options` may be NULL. *New*: free it
 * with viz_program_free before the graph is freed. NULL on error. */
AG_API viz_program *viz_program_new(ag_graph *g, const char *text, size_t bytes,
                                    const viz_program_options *options);
AG_API void viz_program_free(viz_program *p);

/* Gives a name its value: "x=2", "x=pi/4", "W=[[1,2],[3,4]]". The value is an expression without
 * names of variables. It takes the place of a value that the program itself gives, but not that of
 * an expression. */
AG_API AG_MUST_USE ag_status viz_program_bind(viz_program *p, const char *binding);

/* Records the program and returns its result, the last statement; *borrowed* from the graph. Each
 * name that has a value is a variable. NULL on error. It may be called once. */
AG_API ag_tensor *viz_program_record(viz_program *p);

/* The program as it was understood, on one line: reading that line gives the same graph. *Borrowed*
 * from the program; "" when memory runs out. */
AG_API const char *viz_program_text(viz_program *p);

/* The i-th thing a reader should know of how the program was read, such as that log is the natural
 * logarithm; NULL past the last. *Borrowed*, constant. */
AG_API const char *viz_program_note(const viz_program *p, int i);

/* The variable of this name; NULL if there is none. *Borrowed* from the graph. */
AG_API ag_tensor *viz_program_variable(const viz_program *p, const char *name);

/* The i-th name that takes a value, as the beginning of a binding: "x=" where the program gives none,
 * "x=2" where it does, in numbers. Writes it to `text`, terminated, at most `room` bytes. A name that
 * is an error, such as xy for x*y, is none. false past the last. */
AG_API bool viz_program_input(const viz_program *p, int i, char *text, size_t room);

/* Reads, binds and records in one call. */
AG_API ag_tensor *viz_evaluate(ag_graph *g, const char *text, const char *const *bindings, int n);

/* --- the operations that a program can call --------------------------------------------------- */

/* The i-th operation, its arguments as in "conv2d(x, w, b, stride, ...)", and what it is, in a
 * sentence. false past the last, and then nothing is set. *Borrowed*, constant. */
AG_API bool viz_operation_at(int i, const char **name, const char **about);

/* Writes how it is called to `text`, terminated, at most `room` bytes; the length of the whole. */
AG_API size_t viz_operation_usage(int i, char *text, size_t room);

/* The i-th prototype of the library that no program can call, since it has an argument of a kind
 * that is not known here; NULL past the last. A test wants none. */
AG_API const char *viz_operation_refused(int i);

AG_END_C

/* These macros store the source line of the call, for messages. */
#ifndef AG_NO_SITES
#define viz_program_new(g, ...) viz_program_new(AG_AT_GRAPH(g), __VA_ARGS__)
#define viz_evaluate(g, ...) viz_evaluate(AG_AT_GRAPH(g), __VA_ARGS__)
#endif

#endif
