/* The structures of the engine: nodes, and the graph that holds them. Private to autograd/, with
 * one exception: ops/elementwise/ records 0-d f64 nodes inline, because one more function call
 * would make these measurably slower. Must not know any operation.
 */
#ifndef AUTOGRAD_GRAPH_NODE_H
#define AUTOGRAD_GRAPH_NODE_H

#include <stddef.h>
#include <string.h>

#include <autograd/custom_op.h>
#include <autograd/derivatives.h>
#include <autograd/engine.h>
#include <autograd/hooks.h>
#include <autograd/inspect.h>

#include "error.h"
#include "memory.h"

#if defined(__GNUC__)
#define AG__LIKELY(condition) __builtin_expect(!!(condition), 1)
#else
#define AG__LIKELY(condition) (condition)
#endif

/* --- nodes ------------------------------------------------------------------------------------ */

/* One number of any dtype. */
typedef union ag__word {
    double f64;
    float f32;
    int64_t i64;
} ag__word;

/* What a tensor of one dimension or more has besides its node. */
typedef struct ag__storage {
    void *data;       /* the element with index 0 in every dimension */
    void *grad;       /* contiguous; NULL when there is none */
    ag_tensor *owner; /* of the memory at `data`: the tensor itself, or the one that a view shows */
    int64_t size;     /* elements */
    int ndim;
    bool contiguous;
    int64_t extent[]; /* ndim sizes, then ndim strides in elements */
} ag__storage;

/* The flags of a node. */
enum {
    AG__NEEDS = 1,        /* needs a gradient */
    AG__SCALAR = 2,       /* 0-d: value and gradient are in the node */
    AG__LEAN = 4,         /* 0-d f64 on the main heap: the inline path may use it */
    AG__PARTIALS = 8,     /* recorded by the inline path: partial[] is set */
    AG__LEAF = 16,        /* no operation made it */
    AG__PARAMETER = 32,   /* a leaf that training changes */
    AG__KEEP = 64,        /* its gradient stays after the pass: ag_retain_grad */
    AG__HOOKED = 128,     /* has at least one hook */
    AG__VIEW = 256,       /* shares the memory of its owner */
    AG__POOLED = 512,     /* its gradient buffer goes back to the pool */
    AG__DROPPED = 1024,   /* by a rewind, in debug mode: dropped.c; it is temporary, too */
    AG__TEMPORARY = 2048, /* on the scratch heap: dropped after the rule or hook that made it */
    AG__LISTED = 4096     /* only within checkpoint.c: already among the operands */
};

#define AG__MANY 3 /* the n_in of a node whose operands are in a list */

struct ag_tensor {
    struct ag__head head; /* points to the graph, whose first member is the source line */
    const ag_op *op;      /* NULL for a leaf */
    union {
        ag_tensor *two[2];
        struct {
            ag_tensor *first;
            double parameter; /* the constant of an elementwise operation such as x^c */
        } one;
        struct {
            ag_tensor **list;
            size_t n;
        } many;
    } in;
    ag__word value, grad;
    union {
        double partial[2];
        struct {
            const void *attr;
            ag__storage *storage;
        } op;
        struct {
            uint32_t runs; /* how many passes the gradient sums */
            ag__storage *storage;
        } leaf;
    } u;
    const char *where;       /* the source line of the call that made it; may be NULL */
    struct ag__extra *extra; /* name and hooks; NULL when it has none */
    uint32_t id;             /* its place in the heap */
    uint32_t pass;           /* the last backward pass that reached it; 0: none */
    uint32_t version;        /* of the graph when it was recorded; of a leaf, when last written */
    uint8_t dtype;           /* an ag_dtype */
    uint8_t n_in;            /* operands, or AG__MANY */
    uint16_t flags;          /* AG__NEEDS and so on */
};

/* Nodes lie in blocks, so that a handle never moves and the sweep reads memory in order. The id of
 * a node is its place: node id % AG__BLOCK of block id / AG__BLOCK. A block's ids and the pointers
 * to the graph are written once, when the block is made. */
#define AG__BLOCK_BITS 10
#define AG__BLOCK (1u << AG__BLOCK_BITS)
typedef struct ag__heap {
    ag_tensor *next;   /* the first free node of the current block */
    ag_tensor *end;    /* the end of that block */
    ag_tensor **block; /* n_blocks, with room for `capacity` */
    size_t n_blocks, capacity;
    uint32_t end_id; /* of the node that would lie at `end` */
    ag__arena nodes; /* holds the blocks; in chunks, which the system may lay in large pages */
    ag__arena arena; /* what belongs to the nodes: shapes, values, operand lists */
} ag__heap;

/* The number of nodes in use. */
static inline uint32_t ag__count(const ag__heap *h)
{
    return h->next != h->end ? h->next->id : h->end_id;
}

static inline ag_tensor *ag__node(const ag__heap *h, uint32_t id)
{
    return &h->block[id >> AG__BLOCK_BITS][id & (AG__BLOCK - 1)];
}

/* A hook in the list of its tensor. */
typedef struct ag__hook_entry {
    ag_hook_function call;
    void *user;
    struct ag__hook_entry *next;
} ag__hook_entry;

/* What few tensors have: a name, hooks. */
typedef struct ag__extra {
    char *name;
    size_t name_bytes; /* room at `name` */
    bool named;        /* false: the name was taken away, but its memory stays */
    ag__hook_entry *hook;
    void *stash; /* of a hooked leaf, during a pass: the gradient of the passes before */
} ag__extra;

/* The header of memory that belongs to a node older than the last mark. Such memory cannot lie in
 * the arena, because a rewind to that mark would cut it off. */
typedef struct ag__pinned {
    struct ag__pinned *next;
    const ag_tensor *owner;
    size_t bytes;
} ag__pinned;

/* Rewind number `number` left `nodes` nodes. */
typedef struct ag__rewind_note {
    uint64_t number;
    uint32_t nodes;
} ag__rewind_note;

/* Blocks that debug mode sets aside: 8 MB. */
#define AG__DROPPED_BLOCKS 64

/* --- graph ------------------------------------------------------------------------------------ */

struct ag_graph {
    /* What recording a 0-d node reads lies side by side. */
    struct ag__site site; /* the source line of the call; first member, as ag__at_graph expects */
    ag__heap *heap;       /* where nodes are recorded: &main or &scratch */
    uint32_t version;     /* counts the writes to leaves */
    uint16_t grad_mask;   /* AG__NEEDS, or 0 within a no-grad scope */
    bool plain;           /* the inline path may be used: no anomaly mode, not on scratch */

    /* Memory. */
    ag__heap main;    /* what the user records */
    ag__heap scratch; /* temporaries of a numeric backward pass, and workspace */
    ag__memory memory;
    ag__pool pool; /* gradient buffers */
    ag__pinned *pinned;

    /* Marks. */
    uint32_t floor;         /* the number of nodes at the last mark */
    uint64_t rewinds;       /* made so far */
    ag__rewind_note *notes; /* the rewinds that tell which marks are still valid; see graph.c */
    size_t n_notes, notes_capacity;
    bool debug;                             /* AUTOGRAD_DEBUG is set; anomaly mode does the same */
    ag_tensor *dropped[AG__DROPPED_BLOCKS]; /* in debug mode: blocks set aside; see dropped.c */
    size_t n_dropped;                       /* so far, not only those that are there */

    /* The backward pass. */
    uint32_t pass;              /* the number of the last one */
    const ag_tensor *pass_root; /* where it began; only compared, since it may be dropped */
    bool sweeping;              /* one is running, of either kind */
    bool keep_grads;            /* ag_retain_grads */
    bool anomaly;               /* ag_set_anomaly */
    bool anomaly_nan_only;      /* ag_set_anomaly_nan_only */
    unsigned no_grad;           /* depth of no-grad scopes */
    uint32_t segment; /* first node of the checkpointed function that is recording, or 0 */
    unsigned nesting; /* of checkpointed functions that are recording or being swept */
    unsigned hooks;   /* added so far */
    ag_edge_function on_edge;
    void *on_edge_user;

    ag_dtype dtype;    /* of ag_full and the like */
    const ag_op **ops; /* registered by the user */
    size_t n_ops, ops_capacity;
    ag_random_state random;

    /* The first error, and its message. */
    const ag_call *composite; /* the outermost that is being recorded, or NULL: ag_call_enter */
    const ag_scope *scope;    /* the innermost that is open, or NULL */
    const ag_span *span;      /* of the scope that was left last, or NULL */
    ag_status error;
    uint32_t failures; /* counted so far, whether kept or not */
    bool message_open; /* the last failure is the kept one, so its message may be continued */
    size_t message_used;
    char message[1024];
    char picture[640]; /* of the shapes that did not fit; "" for another error */
};

static inline ag_graph *ag__graph_from(const ag_tensor *t)
{
    return (ag_graph *)(void *)t->head.site;
}

/* Goes on to the next block, a new one if there is none. NULL and a kept error on failure. In
 * heap.c; declared here because the inline functions below call it. */
ag_tensor *ag__heap_grow(ag_graph *g, ag__heap *h);

/* Writes version, dtype, number of operands and flags in one store; with four stores a scalar
 * operation took a fifth longer (tests/bench/README.md). */
static inline void ag__stamp(ag_tensor *t, uint32_t version, ag_dtype dtype, unsigned n_in,
                             unsigned flags)
{
    enum { AT = offsetof(ag_tensor, version) };
    _Static_assert(offsetof(ag_tensor, dtype) == AT + 4 && offsetof(ag_tensor, n_in) == AT + 5 &&
                       offsetof(ag_tensor, flags) == AT + 6,
                   "version, dtype, n_in and flags lie side by side");
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    const uint64_t word =
        (uint64_t)version << 32 | (uint64_t)dtype << 24 | (uint64_t)n_in << 16 | flags;
#else
    const uint64_t word =
        version | (uint64_t)dtype << 32 | (uint64_t)n_in << 40 | (uint64_t)flags << 48;
#endif
    memcpy((char *)t + AT, &word, sizeof word);
}

/* Takes the next node; the current block must have a free one. Operation, operands, value, version,
 * dtype and flags are still to be set. */
static inline ag_tensor *ag__push_free(ag_graph *g)
{
    ag_tensor *t = g->heap->next++;
    t->where = g->site.where;
    t->extra = NULL;
    t->pass = 0;
    return t;
}

/* The same, with a new block where that is necessary; NULL and a kept error on failure. */
static inline ag_tensor *ag__push(ag_graph *g)
{
    bool room = g->heap->next != g->heap->end || ag__heap_grow(g, g->heap) != NULL;
    return room ? ag__push_free(g) : NULL;
}

static inline ag_tensor *ag__in(const ag_tensor *t, int i)
{
    return t->n_in < AG__MANY ? t->in.two[i] : t->in.many.list[i];
}

static inline int ag__n_in(const ag_tensor *t)
{
    return t->n_in < AG__MANY ? t->n_in : (int)t->in.many.n;
}

static inline ag__storage *ag__storage_of(const ag_tensor *t)
{
    return (t->flags & AG__SCALAR) ? NULL : t->u.op.storage;
}

static inline void *ag__value_data(const ag_tensor *t)
{
    return (t->flags & AG__SCALAR) ? (void *)&((ag_tensor *)t)->value : t->u.op.storage->data;
}

/* The version of the last write to the memory that holds t's values. */
static inline uint32_t ag__written(const ag_tensor *t)
{
    return (t->flags & AG__SCALAR) ? t->version : t->u.op.storage->owner->version;
}

#endif
