/* A program that was asked for: read, bound and recorded in limited memory. Private to viz/command.
 */
#ifndef VIZ_SESSION_H
#define VIZ_SESSION_H

#define AG_NO_SITES
#include <autograd/derivatives.h>
#include <autograd/file.h>
#include <autograd/inspect.h>
#include <autograd/ops.h>
#include <autograd/program.h>
#include <autograd/viz.h>

#include "arguments.h"

/* The memory of the graph: what is beyond `most` bytes in all is refused. */
typedef struct viz__budget {
    size_t used, most;
} viz__budget;

typedef struct viz__session {
    viz__budget budget;
    ag_graph *graph;
    char *text; /* of the program */
    size_t bytes;
    viz_program *program;
    ag_tensor *root;
    ag_tensor *by; /* of the derivatives of --order 2 and more; else NULL */
} viz__session;

/* All bytes of a file, or of the standard input for -. *New*: free them; NULL, and it is printed, on
 * error. */
char *viz__read_file(const char *path, size_t *bytes);

/* Zero, or the exit code, and the error is printed. The text of the program is read, or that of
 * `like`, unless this is NULL. The session is closed in any case by viz__session_close; it must stay
 * where it is. */
int viz__session_open(viz__session *s, const viz__request *r, const viz__session *like);
/* Records the program on the session's graph once more, with these bindings. NULL on error. */
ag_tensor *viz__session_record(viz__session *s, const viz__request *r, const char *const *given,
                               int n);
void viz__session_close(viz__session *s);

/* Limits the memory of a graph to as many megabytes, or to the usual ones for 0. */
ag_allocator viz__limited(viz__budget *b, double megabytes);

/* Prints the error that the session's graph keeps; returns the exit code for it. */
int viz__tell_error(const viz__session *s);

/* messages.c: the same for a graph in limited memory. Is a file that is to be written the one that
 * was read? Then this is printed. */
int viz__tell(const ag_graph *g, double megabytes);
bool viz__overwrites(const char *path, const char *input);

/* The variables on which the root depends, by age. *New*: free it; NULL when memory runs out. */
ag_tensor **viz__variables(const viz__session *s, int *n);
/* The tensors of these names, "x,y", on which the root depends: how many, at most `room`; -1, and it
 * is printed, if there is none of a name. */
int viz__named(const viz__session *s, const char *names, ag_tensor **found, int room);
/* "x=[[1, 2], [3, 4]]", with all digits. *New*: free it; NULL when memory runs out. */
char *viz__binding_text(const ag_tensor *t, const double *value);

/* derivatives.c: the backward pass, of a derivative of --order. evaluate.c: the derivation of the
 * session's root, as the request says. check_gradients.c: each gradient beside finite differences.
 * variants.c: the same program with other inputs. They return the exit code. */
int viz__differentiate(viz__session *s, const viz__request *r);
int viz__print_one(viz__session *s, const viz__request *r);
int viz__check_gradients(viz__session *s, const viz__request *r);
int viz__print_variants(viz__session *s, const viz__request *r);

/* colors.c: takes colors out of a text, which is changed and stays theirs; false, and what is wrong
 * is printed, if it is none. */
bool viz__read_colors(char *text, viz_palette *p);

/* The elements of a tensor or of its gradient. *New*: free them; NULL on error. */
double *viz__elements_of(const ag_tensor *t, bool gradient);

#endif
