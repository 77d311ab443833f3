#!/bin/sh
# Proves that the arrows run one way, by what each file includes. A room is a folder; the list below
# says which rooms each may know. A private header is named by its path from the top folder, or by
# its name alone within its own room; a public one as a user names it, <autograd/engine.h>. Every
# source counts: .c, .h, .inc and .def. `#define BODY "file"` names what each_float.inc includes.
. tests/build/lib.sh

# Room: what it may include beside C's headers and its own. `public` stands for the headers of
# autograd/ that a user sees, `read` for those of them that only read a graph, `NAME.h` for the
# public header of that family, `ops` for those of all families of ops, `nn` for those of all rooms
# of nn.
rules() {
    cat <<'END'
autograd: public
autograd/disk: base.h file.h
autograd/formula: public
autograd/graph: public autograd/formula
autograd/backward: public autograd/graph
autograd/derive: public autograd/graph autograd/backward
ops: public ops ops/common
ops/cpu: base.h
ops/kernel: ops/cpu
ops/common: public ops/cpu ops/kernel
ops/elementwise: public ops/cpu ops/kernel ops/common ops/elementwise/special
ops/elementwise/special:
ops/elementwise/simd: ops/elementwise ops/kernel ops/kernel/simd
ops/kernel/simd: ops/kernel
ops/random: public ops/cpu ops/kernel ops/common
ops/optim: public ops/cpu ops/kernel ops/common
ops/shape: public ops/cpu ops/kernel ops/common elementwise.h
ops/reduce: public ops/cpu ops/kernel ops/common ops/reduce/body elementwise.h shape.h
ops/reduce/body:
ops/index: public ops/cpu ops/kernel ops/common elementwise.h shape.h reduce.h
ops/linalg: public ops/cpu ops/kernel ops/common elementwise.h shape.h reduce.h index.h
ops/neural: public ops/cpu ops/kernel ops/common ops/neural/conv
ops/neural: elementwise.h shape.h reduce.h index.h linalg.h random.h
ops/neural/attention: public ops/cpu ops/kernel ops/common ops/neural elementwise.h
ops/neural/attention: shape.h reduce.h linalg.h neural.h
ops/neural/recurrent: public ops/cpu ops/kernel ops/common ops/neural elementwise.h
ops/neural/recurrent: shape.h neural.h
ops/neural/linear: public ops/common ops/neural elementwise.h shape.h linalg.h neural.h
ops/neural/conv: public ops/cpu ops/kernel ops/common ops/neural elementwise.h
ops/neural/conv: shape.h reduce.h index.h linalg.h random.h neural.h
ops/fourier: public ops/cpu ops/kernel ops/common elementwise.h shape.h
ops/resample: public ops/cpu ops/kernel ops/common elementwise.h shape.h index.h
ops/loss: public ops/cpu ops/kernel ops/common elementwise.h
ops/loss: shape.h reduce.h index.h linalg.h neural.h
viz: base.h engine.h
viz/text: read
viz/record: read viz viz_teach.h viz/text file.h
viz/trace: read viz viz/text viz/record
viz/teach: read viz viz_teach.h viz/text viz/record
viz/data: read viz viz/text viz/record
viz/paint: viz viz/text
viz/plot: base.h viz viz_plot.h viz/text viz/paint viz/process file.h
viz/figure: read viz viz/text viz/record viz/layout viz/paint
viz/svg: read viz viz/text viz/record viz/layout viz/figure viz/paint viz/trace
viz/tikz: read viz viz/text viz/record viz/layout viz/figure viz/paint viz/trace
viz/dot: read viz viz/text viz/record viz/figure viz/paint viz/layout
viz/mermaid: read viz viz/text viz/record viz/figure viz/paint viz/layout
viz/format: read viz viz/text viz/record viz/trace viz/svg viz/tikz viz/dot viz/mermaid viz/process
viz/format: viz/data viz/teach viz/stepper
viz/stepper: read viz viz/text viz/record viz/paint viz/svg
viz/expression: public ops viz/text
viz/command: public ops nn viz viz_teach.h program.h viz/text viz/format
viz/page: public ops nn viz viz_plot.h program.h viz/command
viz/layout: base.h viz/text
viz/process: base.h viz
nn: public ops nn
nn/module: public ops
nn/data: public ops
nn/disk: public nn_data.h nn/data
nn/formats: public ops nn_data.h nn/data nn/disk
nn/batches: public ops nn_data.h nn/data
nn/layers: public ops nn_module.h nn_data.h
nn/sequence: public ops nn_module.h nn_layers.h nn/layers
nn/optim: public ops nn_module.h
nn/losses: public ops
nn/metrics: public ops nn/data nn_data.h nn_losses.h
nn/files: public ops nn_module.h nn_data.h nn_optim.h nn/data nn/disk
nn/onnx: public ops nn_module.h nn_layers.h nn/layers nn/data nn/disk
nn/train: public ops nn_module.h nn_data.h nn_batches.h nn/train/progress
nn/train: nn_layers.h nn_optim.h nn_losses.h nn_metrics.h nn_explain.h nn_files.h
nn/train: nn/data
nn/train/callbacks: public nn_train.h nn/train
nn/train/progress: public nn_train.h nn/data
nn/search: public ops nn_data.h nn_train.h nn/data nn/train/progress
nn/explain: public ops nn/data nn_module.h nn_data.h nn_batches.h nn_layers.h
nn/figures: public ops viz viz_plot.h nn/data nn_module.h nn_data.h nn_metrics.h nn_train.h
nn/baselines: public ops nn/data nn_module.h nn_data.h
nn/baselines: nn_layers.h nn_losses.h nn_metrics.h nn_optim.h nn_train.h
END
}

# File, what it includes all the same, and why.
exceptions() {
    cat <<'END'
autograd/autograd.h * the umbrella for users; no source of the library includes it
ops/elementwise/record_scalar.h "autograd/graph/node.h" records 0-d nodes inline
ops/elementwise/print_header.c "autograd/formula/formula.h" a program of the build
viz/expression/callable.c "operation_calls.inc" written by print_calls.awk
ops/loss/pointwise_loss.c "ops/elementwise/elementwise_ops.h" elements of losses are rows of the table
ops/neural/relu.c "ops/elementwise/row.h" the activation is a row of the table
ops/neural/relu.c "ops/elementwise/row_number.h" the activation is a row of the table
ops/neural/recurrent/cell.c "ops/elementwise/row.h" the activations are rows of the table
ops/neural/recurrent/cell.c "ops/elementwise/row_number.h" the activations are rows of the table
END
}

# Lines "room file include-as-written", for every include in the tree.
includes() {
    find autograd ops viz nn -name '*.[ch]' -o -name '*.inc' -o -name '*.def' | sort |
        xargs grep -HE '^[[:space:]]*#[[:space:]]*(include|define BODY)' |
        grep -v '#include BODY$' |
        sed -E 's/:[[:space:]]*#[[:space:]]*(include|define BODY)[[:space:]]*/ /' |
        awk '{ room = $1; sub("/[^/]*$", "", room); print room, $1, $2 }'
}
public_headers() { # "name room-word": which word of a rule allows <autograd/name>
    for h in autograd/*.h; do
        case ${h##*/} in
        base.h | engine.h | derivatives.h | hooks.h | gradcheck.h | inspect.h)
            echo "${h##*/} read" ;;
        esac
        echo "${h##*/} public"
    done
    echo "base.h base.h"
    echo "engine.h engine.h"
    echo "file.h file.h"
    echo "ops.h ops"
    echo "elementwise.h elementwise.h"
    for d in ops/*/; do
        d=${d%/}
        [ ! -e "$d/${d##*/}.h" ] || echo "${d##*/}.h ${d##*/}.h"
    done
    echo "viz.h viz"
    echo "viz_plot.h viz_plot.h"
    echo "program.h program.h"
    echo "viz_teach.h viz_teach.h"
    echo "nn.h nn"
    for d in nn/*/; do
        d=${d%/}
        [ ! -e "$d/nn_${d##*/}.h" ] || echo "nn_${d##*/}.h nn_${d##*/}.h"
    done
}

# Prints every include that breaks a rule in the tree below the given root.
layers() { # root
    cd "$1" || return 1
    rules >"$work/rules"
    exceptions >"$work/exceptions"
    public_headers >"$work/public"
    includes >"$work/includes"
    [ -s "$work/includes" ] || return 1
    awk -v rules="$work/rules" -v exceptions="$work/exceptions" -v headers="$work/public" '
    BEGIN {
        while ((getline <rules) > 0) {
            room = $1; sub(":", "", room); known[room] = 1
            for (i = 2; i <= NF; i++) may[room, $i] = 1
        }
        while ((getline <exceptions) > 0) excepted[$1, $2] = 1
        while ((getline <headers) > 0) word[$1] = word[$1] " " $2
    }
    function exists(path,  line) { if ((getline line <path) < 0) return 0; close(path); return 1 }
    function allowed(room, file, inc,  path, name, to, n, w, i) {
        if ((file, inc) in excepted || (file, "*") in excepted) return 1
        name = path = substr(inc, 2, length(inc) - 2)
        sub(".*/", "", name)
        if ((file, name) in excepted && inc ~ /^</) return 1
        if (inc ~ /^<autograd\//) {
            n = split(word[name], w, " ")
            for (i = 1; i <= n; i++)
                if ((room, w[i]) in may || every(room, w[i]) || own(room, name)) return 1
            return 0
        }
        if (inc ~ /^<autograd/) return 0
        if (inc ~ /^</) return 1
        if (path ~ /\.\./) return 0
        to = path; if (!sub("/[^/]*$", "", to)) to = room
        if (path !~ /\//) return exists(room "/" path) || flat(room, name)
        return to == room || ((room, to) in may)
    }
    # `ops` and `nn` in a rule stand for the headers of all rooms below that folder.
    function every(room, header) {
        if (header !~ /\.h$/ || header == room) return 0
        return header ~ /^nn_/ ? (room, "nn") in may : (room, "ops") in may
    }
    function own(room, name) {
        return "ops/" name == room ".h" || name == "nn_" substr(room, 4) ".h"
    }
    # Public headers lie side by side when they are installed, and include each other so.
    function flat(room, name) {
        return word[name] != "" && allowed(room, "", "<autograd/" name ">")
    }
    {
        if (!($1 in known)) { print $2 ": no rule for the room " $1; bad = 1 }
        if (!allowed($1, $2, $3)) { print $2 " includes " $3; bad = 1 }
    }
    END { exit bad }' "$work/includes"
}
in_tree() { (layers "$1"); }

plant() { # file, include, directive: a copy of the tree with one more include
    rm -rf "$work/tree"
    mkdir "$work/tree"
    cp -R autograd ops viz nn "$work/tree"
    mkdir -p "$work/tree/${1%/*}"
    echo "${3-#include} $2" >>"$work/tree/$1"
    catches "layers: $1 including $2" in_tree "$work/tree"
}

check "layers: the arrows run one way" in_tree .
plant autograd/planted.c '<autograd/ops.h>'
plant autograd/disk/planted.c '<autograd/engine.h>'
plant autograd/graph/planted.c '"ops/common/strided.h"'
plant autograd/graph/planted.c '<autograd/elementwise.h>'
plant autograd/graph/node.h '"autograd/backward/sweep.h"'
plant autograd/backward/planted.inc '<autograd/viz.h>'
plant autograd/derive/planted.c '<autograd.h>'
plant autograd/formula/planted.c '"../graph/node.h"'
plant ops/elementwise/unary.def '"autograd/graph/node.h"'
plant ops/reduce/planted.c '<autograd/viz.h>'
plant ops/shape/planted.c '"ops/reduce/tie_share.h"'
plant ops/shape/planted.c '"ops/reduce/body/norm.inc"' '#define BODY'
plant ops/shape/planted.c BODIES
plant ops/reduce/body/planted.inc '"ops/common/strided.h"'
plant ops/reduce/planted.c '<autograd/ops.h>'
plant ops/reduce/planted.c '<autograd/linalg.h>'
plant ops/linalg/planted.c '<autograd/neural.h>'
plant ops/shape/planted.c '<autograd/ops.h>'
plant ops/shape/planted.c '<autograd/reduce.h>'
plant ops/elementwise/planted.c '<autograd/shape.h>'
plant ops/common/planted.c '<autograd/elementwise.h>'
plant ops/index/compare_body.inc '<autograd/linalg.h>'
plant ops/index/planted.c '"ops/shape/shape_ops.h"'
plant ops/cpu/planted.c '<autograd/engine.h>'
plant ops/cpu/planted.c '"ops/kernel/gemm.h"'
plant ops/kernel/planted.c '<autograd/engine.h>'
plant ops/kernel/planted.inc '"ops/common/strided.h"'
plant ops/newroom/planted.c '<autograd/engine.h>'
plant viz/planted.c '<autograd/custom_op.h>'
plant viz/planted.c '<autograd/ops.h>'
plant viz/planted.c '"autograd/graph/node.h"'
plant nn/planted.c '<autograd/viz.h>'
plant nn/layers/planted.c '"autograd/graph/node.h"'
plant nn/module/planted.c '<autograd/nn_layers.h>'
plant nn/module/planted.c '<autograd/nn.h>'
plant nn/module/nn_module.h '"nn_optim.h"'
plant nn/data/planted.c '<autograd/nn_module.h>'
plant nn/layers/planted.c '"nn/module/planted.h"'
plant nn/optim/planted.c '<autograd/nn_train.h>'
plant nn/train/planted.c '<autograd/nn_figures.h>'
plant nn/figures/planted.c '"viz/plot/plot.h"'
plant nn/newroom/planted.c '<autograd/engine.h>'
plant ops/reduce/planted.c '<autograd/nn_module.h>'
plant viz/planted.c '<autograd/nn.h>'
plant viz/text/planted.c '"viz/record/record.h"'
plant viz/stepper/planted.c '"viz/layout/layout.h"'
plant viz/plot/planted.c '"viz/record/record.h"'
plant viz/paint/planted.c '<autograd/viz_plot.h>'
plant viz/record/planted.c '"viz/trace/trace_parts.h"'
plant viz/newroom/planted.c '<autograd/base.h>'

# A writer of viz asks the record, and never the engine. Prints each call of the engine elsewhere.
# What records programs, the command, and the page are no writers.
asking() { # root
    ! (cd "$1" && find viz -name '*.c' ! -path 'viz/text/*' ! -path 'viz/record/*' \
        ! -path 'viz/expression/*' ! -path 'viz/command/*' ! -path 'viz/page/*' |
        xargs grep -nE '\bag_[a-z_]+\(' | grep -vE '"not run yet: call ag_backward|ag_file_')
}
check "layers: writers of viz ask the record alone" asking .
echo 'int f(const ag_tensor *t) { return ag_n_operands(t); }' >"$work/tree/viz/svg/planted.c"
catches "layers: a writer that asks the engine" asking "$work/tree"

# A function of vectors that is called, not inlined, may leave registers in a state that slows what
# follows it: ops/kernel/simd/simd.h. Prints each that is not AG__INLINE.
called() { # root
    ! awk 'FNR == 1 { open = 0 }
        /^[ ]*static [^=;]*\(/ { open = 1; text = FILENAME ":" FNR ": " }
        open { text = text $0 }
        open && /[{;]/ {
            if (text ~ /[(, ](const )?(V|[vm]_f32|[vm]_f64|NAME\([vm]\)) [a-z]/) print text
            open = 0
        }' "$1"/ops/*/simd/* | grep .
}
check "layers: functions of vectors are inlined" called .
for first in 'static T NAME(f)(const T *x, V most)' 'static v_f32 f(void)' \
    'static int f(int64_t n,
    const v_f64 x)'; do
    rm -rf "$work/tree"
    mkdir "$work/tree"
    cp -R ops "$work/tree"
    printf '%s\n{\n}\n' "$first" >>"$work/tree/ops/kernel/simd/line_kernels_body.inc"
    catches "layers: one that is not" called "$work/tree"
done
finish
