/* What a module is made of, for the files of this room alone. All of it lies in the graph's
 * memory and is never freed by itself, so lists are linked and nothing in them moves.
 */
#ifndef NN_MODULE_MODULE_H
#define NN_MODULE_MODULE_H

#include <autograd/nn_module.h>

/* Names are short and trees not deep, so that a path always has room, and a walk or a call that
 * goes down the tree cannot run out of stack. */
enum { NN__LONGEST_NAME = 63, NN__DEEPEST = 64 };
#define NN__PATH ((NN__LONGEST_NAME + 1) * (NN__DEEPEST + 2))

/* A place in the tree: under which name a child stands below its parent. It is on two lists,
 * that of the parent's children and that of the child's places. */
typedef struct nn__place {
    const char *name;
    nn_module *parent, *child;
    struct nn__place *next_child, *next_place;
} nn__place;

typedef struct nn__held_slot {
    nn_slot slot;
    bool fresh; /* made by the building pass that is running */
    struct nn__held_slot *next;
} nn__held_slot;

/* A parameter that is another module's. */
typedef struct nn__link {
    const char *name, *theirs;
    nn_module *with;
    struct nn__link *next;
} nn__link;

/* A tensor of the last call that was kept for the user. */
typedef struct nn__kept_tensor {
    const char *name;
    ag_tensor *tensor;
    struct nn__kept_tensor *next;
} nn__kept_tensor;

struct nn_module {
    ag_graph *graph;
    const char *type, *made_at;
    nn_forward forward;
    void *self;
    nn__place *children, *places;
    nn__held_slot *slots;
    nn__link *links;
    nn__kept_tensor *kept;
    nn_note *note; /* sorted by key */
    int n_notes, note_room;
    ag_tensor *const *in; /* of the call that is running */
    int n_in;
    int running; /* calls that have not come back */
    ag_tensor *output;
    ag_shape output_shape; /* in the building pass; ndim -1 before */
    ag_shape input_shape;  /* likewise, of the first input */
    ag_dtype input_dtype;
    bool training, building, built;
    uint64_t walk; /* the last that met this module */
};

/* Calls `each` for every module of the tree, m first and parents before their children; one with
 * several places once, at the first. The path has room for a point and a slot's name behind it; ""
 * is m's own. Ends with the first status that is not AG_OK. */
typedef ag_status (*nn__module_visitor)(char *path, nn_module *m, void *user);
ag_status nn__walk(const nn_module *m, nn__module_visitor each, void *user);

/* "path.name", or "name" where the path is "". Writes behind the path's end; returns where the name
 * begins there, so that it can be cut off again. */
char *nn__path_append(char *path, const char *name);

/* The module's own slot of that name; NULL where there is none. */
nn__held_slot *nn__slot_find(const nn_module *m, const char *name);
nn__link *nn__link_find(const nn_module *m, const char *name);

/* Fills a leaf. Errors: VALUE, MEMORY. */
ag_status nn__init_fill(ag_tensor *t, const nn_init *init);

/* Is this a name for a child or a tensor? Otherwise an error that says why not. */
bool nn__name_fits(ag_graph *g, const char *what, const char *name);

/* A copy in the graph's memory; NULL and an error. */
const char *nn__text_copy(ag_graph *g, const char *text);

/* Names for a message: "weight, bias, ..."; begins empty. */
typedef struct nn__names {
    char text[240];
    size_t used;
    int n;
} nn__names;
void nn__names_add(nn__names *names, const char *name);

#endif
