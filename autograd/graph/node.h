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
#define AG__PREFETCH(address) __builtin_prefetch((const void *)(address))
#else
#define AG__LIKELY(condition) (condition)
#define AG__PREFETCH(address) ((void)(address))
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
    AG__LISTED = 4096,    /* only within checkpoint.c: already among the operands */
    AG__EXTRA = 8192      /* its origin has a name or hooks */
};

#define AG__MANY 3 /* the n_in of a node whose operands are in a list */

/* A node has two parts. This one, a cache line, has all that a sweep over 0-d nodes reads and writes,
 * because a graph that is larger than the caches is swept no faster than memory can be read. */
struct ag_tensor {
    _Alignas(AG__ALIGN) struct ag__head head; /* the graph, whose first member is the source line */
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
    uint16_t flags;     /* AG__NEEDS and so on */
    uint8_t n_in;       /* operands, or AG__MANY */
    uint8_t dtype;      /* an ag_dtype */
    uint16_t pass;      /* the last backward pass that reached it; 0: none */
    uint16_t to_origin; /* how far away the other part lies, in units of its own size */
};

/* The other part: where a node comes from, and what few nodes have. */
typedef struct ag__origin {
    _Alignas(AG__ALIGN / 2) const ag_op *op; /* NULL for a leaf */
    const char *where;                       /* the source line of the call; may be NULL */
    struct ag__extra *extra;                 /* name and hooks; not set without AG__EXTRA */
    uint32_t id;                             /* its place in the heap */
    uint32_t version; /* of the graph when it was recorded; of a leaf, when last written */
} ag__origin;

_Static_assert(sizeof(ag_tensor) == AG__ALIGN && sizeof(ag__origin) == AG__ALIGN / 2,
               "a node fills a cache line, and its origin half of one");

static inline ag__origin *ag__origin_of(const ag_tensor *t)
{
    return (ag__origin *)(uintptr_t)t + t->to_origin;
}

/* NULL when it has none. */
static inline struct ag__extra *ag__extra_or_null(const ag_tensor *t)
{
    return t->flags & AG__EXTRA ? ag__origin_of(t)->extra : NULL;
}

/* Nodes lie in blocks, so that a handle never moves and the sweep reads memory in order. The id of
 * a node is its place: node id % AG__BLOCK of block id / AG__BLOCK. Ids, pointers to the graph and the
 * places of the origins are written once, when the block is made. Blocks are taken from groups, which
 * have the nodes of all their blocks first, so that these are one long stretch of memory, and then
 * the origins. */
#define AG__BLOCK_BITS 10
#define AG__BLOCK (1u << AG__BLOCK_BITS)
/* Blocks that have never been used, side by side. */
typedef struct ag__group {
    ag_tensor *node;
    ag__origin *origin;
    size_t blocks;
} ag__group;

typedef struct ag__heap {
    ag_tensor *next;   /* the first free node of the current block */
    ag_tensor *end;    /* the end of that block */
    ag_tensor **block; /* n_blocks, with room for `capacity` */
    size_t n_blocks, capacity;
    uint32_t end_id; /* of the node that would lie at `end` */
    ag__group left;  /* of the group that was made last */
    ag__arena nodes; /* holds the blocks; in chunks, which the system may lay in large pages */
    ag__arena arena; /* what belongs to the nodes: shapes, values, operand lists */
} ag__heap;

/* The number of nodes in use. */
static inline uint32_t ag__count(const ag__heap *h)
{
    return h->next != h->end ? ag__origin_of(h->next)->id : h->end_id;
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

/* Blocks that debug mode sets aside: 6 MB. */
#define AG__DROPPED_BLOCKS 64

/* --- graph ------------------------------------------------------------------------------------ */

struct ag_graph {
    /* What recording a 0-d node reads lies side by side. */
    struct ag__site site; /* the source line of the call; first member, as ag__at_graph expects */
    ag__heap *heap;       /* where nodes are recorded: &main or &scratch */
    uint32_t version;     /* counts the writes to leaves */
    uint32_t written_at;  /* the number of nodes at the last of them */
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
    uint16_t pass;              /* the number of the last one */
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

/* Writes flags, number of operands and dtype in one store; with one for each a scalar operation took
 * a fifth longer (tests/bench/README.md). No pass has reached the node. */
static inline void ag__stamp(ag_tensor *t, ag_dtype dtype, unsigned n_in, unsigned flags)
{
    enum { AT = offsetof(ag_tensor, flags) };
    _Static_assert(offsetof(ag_tensor, n_in) == AT + 2 && offsetof(ag_tensor, dtype) == AT + 3,
                   "flags, n_in and dtype lie side by side");
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    const uint32_t word = (uint32_t)flags << 16 | (uint32_t)n_in << 8 | (uint32_t)dtype;
#else
    const uint32_t word = (uint32_t)dtype << 24 | (uint32_t)n_in << 16 | flags;
#endif
    memcpy((char *)t + AT, &word, sizeof word);
    t->pass = 0;
}

/* Takes the next node; the current block must have a free one. Operands, value, dtype and flags
 * are still to be set. */
static inline ag_tensor *ag__push_free(ag_graph *g, const ag_op *op)
{
    ag_tensor *t = g->heap->next++;
    ag__origin *o = ag__origin_of(t);
    o->op = op;
    o->where = g->site.where;
    o->version = g->version;
    return t;
}

/* The same, with a new block where that is necessary; NULL and a kept error on failure. */
static inline ag_tensor *ag__push(ag_graph *g, const ag_op *op)
{
    bool room = g->heap->next != g->heap->end || ag__heap_grow(g, g->heap) != NULL;
    return room ? ag__push_free(g, op) : NULL;
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
    return (t->flags & AG__SCALAR) ? ag__origin_of(t)->version
                                   : ag__origin_of(t->u.op.storage->owner)->version;
}

#endif
