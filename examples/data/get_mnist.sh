#!/bin/sh
# Fetches MNIST (Yann LeCun, Corinna Cortes, Christopher Burges) or Fashion-MNIST (Zalando Research,
# MIT license) into a folder, and compares the files with their published checksums.
# usage: examples/data/get_mnist.sh [mnist|fashion] [FOLDER]
# The folder is then given as --data FOLDER, or once for all as MNIST_DIR=FOLDER.
set -eu
which=${1:-mnist}
folder=${2:-examples/data/$which}
case $which in
mnist) from=https://ossci-datasets.s3.amazonaws.com/mnist ;;
fashion) from=https://fashion-mnist.s3-website.eu-central-1.amazonaws.com ;;
*) echo "usage: $0 [mnist|fashion] [FOLDER]" >&2; exit 2 ;;
esac
sums() {
    case $which in
    mnist) cat <<'END' ;;
f68b3c2dcbeaaa9fbdd348bbdeb94873  train-images-idx3-ubyte.gz
d53e105ee54ea40749a09fcbcd1e9432  train-labels-idx1-ubyte.gz
9fb629c4189551a2d022fa330f9573f3  t10k-images-idx3-ubyte.gz
ec29112dd5afa0611ce80d1b7f02629c  t10k-labels-idx1-ubyte.gz
END
    fashion) cat <<'END' ;;
8d4fb7e6c68d591d4c3dfef9ec88bf0d  train-images-idx3-ubyte.gz
25c81989df183df01b3e8a0aad5dffbe  train-labels-idx1-ubyte.gz
bef4ecab320f06d8554ea6380940ec79  t10k-images-idx3-ubyte.gz
bb300cfdad3c16e7a12a480ee83cd310  t10k-labels-idx1-ubyte.gz
END
    esac
}
fetch() { # address, file
    if command -v curl >/dev/null; then curl -fsSL -o "$2" "$1"; else wget -q -O "$2" "$1"; fi
}
mkdir -p "$folder"
cd "$folder"
sums | while read -r sum file; do
    [ -e "$file" ] || { fetch "$from/$file" "$file.part" && mv "$file.part" "$file"; } || {
        echo "cannot fetch $from/$file" >&2
        exit 1
    }
    got=$(md5sum "$file" | cut -d' ' -f1)
    [ "$got" = "$sum" ] || {
        echo "$folder/$file is not what was published (md5 $got, not $sum): delete it and try again" >&2
        exit 1
    }
done
echo "$folder: four files, as published"
