# Writes how every operation is called by its name, from the prototypes in the public headers of
# ops: what kinds of arguments it takes, what they are called, and a function that makes the call.
# A structure of options becomes one argument for each of its fields; the values of an enum become
# words. A prototype with an argument of a kind that is not known here is listed in `not_callable`,
# which a test wants empty, unless it is for authors of operations (custom_op.h). The first sentence of the comment over a prototype comes along.
#
# Usage: awk -f print_calls.awk base.h elementwise.h shape.h ... Must not know any operation.

# --- the headers, one piece after the other -------------------------------------------------------

/^#/ || skipped { skipped = /\\$/; next }
/^static inline/ { inlined = 1 }
inlined { inlined = !/^[}]/; next }
{ line = $0 }
commented || line ~ /^ *\/\*/ && !inside {
    if (!commented) comment = ""
    commented = line !~ /\*\//
    text = line
    gsub(/^ *\/?\*+\/?|\*\/ *$/, " ", text)
    comment = comment text "\n"
    next
}
{
    while ((i = index(line, "/*")) > 0 || noted) {
        if (noted) { line = " " line; i = 1 }
        rest = noted ? line : substr(line, i + 2)
        j = index(rest, "*/")
        noted = j == 0
        line = substr(line, 1, i - 1) (j > 0 ? substr(rest, j + 2) : "")
        if (noted) break
    }
    piece = piece " " line
    inside = piece ~ /[{]/ && piece !~ /[}]/
}
!inside && piece ~ /;/ {
    gsub(/[ \t]+/, " ", piece)
    if (piece ~ /typedef enum ag_/) enumeration(piece)
    else if (piece ~ /typedef struct ag_[a-z_0-9]+ [{]/) structure(piece)
    else if (piece ~ /AG_API (ag_tensor \*|int )ag_/) prototype(piece)
    piece = ""
}

function enumeration(p,  name, n, word, i, w, prefix) {
    name = p; sub(/.*[}] */, "", name); sub(/ *;.*/, "", name)
    sub(/^[^{]*[{] */, "", p); sub(/ *,? *[}].*/, "", p)
    n = split(p, word, / *, */)
    words[name] = ""
    prefix = word[1]
    for (i = 2; i <= n; i++)
        while (index(word[i], prefix) != 1) prefix = substr(prefix, 1, length(prefix) - 1)
    sub(/[^_]*$/, "", prefix)
    for (i = 1; i <= n; i++) {
        if (word[i] ~ /_COUNT$/) continue
        w = tolower(substr(word[i], length(prefix) + 1))
        words[name] = words[name] "{\"" w "\", " word[i] "}, "
    }
}

# The fields of a structure, as "type name;" each.
function structure(p,  name) {
    name = p; sub(/.*[}] */, "", name); sub(/ *;.*/, "", name)
    sub(/^[^{]*[{] */, "", p); sub(/ *[}][^}]*$/, "", p)
    fields[name] = p
}

# --- what an argument is --------------------------------------------------------------------------

# Adds the parameter `name` of a kind; `of` says which words or how many numbers it may have.
function parameter(name, kind, of,  w) {
    w = "NULL"
    if (kind == "WORD") { w = "words_" of; used[of] = 1; of = 0 }
    rows = rows sprintf("    {\"%s\", VIZ__%s, %s, %d},\n", name, kind, w, of)
    return n_parameters++ - first
}
# How the call takes argument i of a kind.
function taken(i, kind, type) {
    i = "c->argument[" i "]"
    if (kind == "TENSOR") return i ".tensor"
    if (kind == "AXES") return "viz__axes(&" i ")"
    if (kind == "SHAPE") return i ".sizes"
    if (kind == "REAL") return i ".number"
    if (kind == "FLAG") return i ".whole != 0"
    if (kind == "TEXT") return i ".text"
    if (kind == "INT") return "(int)" i ".whole"
    if (kind == "WORD") return "(" type ")" i ".whole"
    return i ".whole"
}
# The kind of a type that stands for itself; "" for others.
function simple(type) {
    if (type == "ag_tensor *") return "TENSOR"
    if (type == "ag_axes") return "AXES"
    if (type == "ag_shape") return "SHAPE"
    if (type == "double") return "REAL"
    if (type == "bool") return "FLAG"
    if (type == "const char *") return "TEXT"
    if (type == "int") return "INT"
    if (type == "int64_t") return "WHOLE"
    if (type in words) return "WORD"
    return ""
}
function type_of(p) { sub(/[a-zA-Z_0-9]+(\[[^]]*\])?$/, "", p); sub(/ $/, "", p); return p }
function name_of(p) { sub(/\[[^]]*\]$/, "", p); sub(/.*[ *]/, "", p); return p }

# A structure of options, as a compound literal of its fields; "" if a field has no known kind.
function options(type,  n, field, i, f, t, name, kind, many, list, out, k, part) {
    n = split(fields[type], field, / *; */)
    for (i = 1; i <= n; i++) {
        f = field[i]; sub(/^ */, "", f)
        if (f == "") continue
        t = type_of(f); name = name_of(f)
        if (f ~ /^(int64_t|double) .*\[/) {
            many = f; sub(/.*\[/, "", many); sub(/\].*/, "", many)
            many = many == "AG_MAX_DIMS" ? 8 : many + 0
            k = parameter(name, t == "double" ? "REALS" : "SIZES", many)
            part = t == "double" ? "].numbers[" : "].sizes.dim["
            list = ""
            for (kind = 0; kind < many; kind++)
                list = list (kind > 0 ? ", " : "") "c->argument[" k part kind "]"
            out = out "." name " = {" list "}, "
        } else if (t == "ag_tensor **") {
            parameter(name, "RESULT", 0)
            out = out "." name " = &c->out[" ++n_out "], "
        } else if ((kind = simple(t)) != "") {
            k = parameter(name, kind, kind == "WORD" ? t : 0)
            out = out "." name " = " taken(k, kind, t) ", "
        } else return ""
    }
    return "&(" type "){" out "}"
}

# --- one operation --------------------------------------------------------------------------------

function prototype(p,  returns, name, n, arg, i, a, t, kind, call, made, kept) {
    returns = p ~ /AG_API int / ? "int" : "tensor"
    sub(/.*AG_API (ag_tensor \*|int )/, "", p)
    name = p; sub(/\(.*/, "", name)
    sub(/^[^(]*\(/, "", p); sub(/\)[^)]*$/, "", p)
    n = split(p, arg, / *, */)
    first = n_parameters; n_out = 0; required = -1; call = ""; kept = rows
    for (i = 1; i <= n; i++) {
        a = arg[i]; t = type_of(a); sub(/^const ag_tensor/, "ag_tensor", t)
        made = ""
        if (t == "ag_graph *") made = "c->graph"
        else if (t == "ag_tensor *const *") {
            made = "c->argument[" parameter(name_of(a), "TENSORS", 0) "].list"
            made = made ", c->argument[" n_parameters - 1 - first "].n"; i++
        } else if (t == "const int64_t *") {
            made = "c->argument[" parameter(name_of(a), "SIZES", 8) "].sizes.dim"
            made = made ", c->argument[" n_parameters - 1 - first "].sizes.ndim"; i++
        } else if (t == "ag_tensor **" && returns == "int") {
            made = "c->out"
            if (arg[i + 1] ~ /int room/) { made = made ", VIZ__MOST_RESULTS"; i++ }
        } else if (t == "ag_tensor **") {
            parameter(name_of(a), "RESULT", 0)
            made = "&c->out[" ++n_out "]"
        } else if ((kind = simple(t)) != "")
            made = taken(parameter(name_of(a), kind, kind == "WORD" ? t : 0), kind, t)
        else if (t ~ /^const ag_[a-z_0-9]+ \*$/) {
            sub(/^const /, "", t); sub(/ \*$/, "", t)
            required = n_parameters - first
            made = t in fields ? options(t) : ""
        }
        if (made == "") {
            if (FILENAME !~ /custom_op/) refused = refused "    \"" name ": " a "\",\n"
            rows = kept; n_parameters = first
            return
        }
        call = call (call != "" ? ", " : "") made
    }
    if (returns == "int" && p !~ /ag_tensor \*\*/) { rows = kept; n_parameters = first; return }
    calls = calls sprintf("static int call_%s(viz__invocation *c)\n{\n", substr(name, 4))
    if (returns == "int") calls = calls "    return " name "(" call ");\n}\n"
    else calls = calls "    return (c->out[0] = " name "(" call ")) != NULL ? " 1 + n_out " : -1;\n}\n"
    table = table sprintf("    {\"%s\", \"%s\", parameters + %d, %d, %d, %s, call_%s},\n",
        substr(name, 4), summary(), first, n_parameters - first,
        required < 0 ? n_parameters - first : required,
        returns == "int" ? "true" : "false", substr(name, 4))
}
# The first sentence of the comment over the prototype; nothing with -v brief=1, where it costs too
# much room.
function summary(  s, i) {
    if (brief) return ""
    s = comment
    gsub(/[ \n]+/, " ", s); sub(/^ /, "", s)
    if ((i = match(s, /\.( |$)/)) > 0) s = substr(s, 1, i)
    gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s)
    return s
}
END {
    print "/* Written by viz/expression/print_calls.awk from the public headers of ops. */"
    for (w in used) print "static const viz__word words_" w "[] = {" words[w] "{NULL, 0}};"
    print "static const viz__parameter parameters[] = {\n" rows "};\n"
    print calls
    print "static const viz__function functions[] = {\n" table "};\n"
    print "static const char *const not_callable[] = {\n" refused "    NULL};"
}
