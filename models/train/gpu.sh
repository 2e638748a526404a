#!/usr/bin/env bash
# One piece of a recipe for a GPU: takes up what earlier pieces left in IN, works for SECONDS (default 470), leaves small files in OUT.
# Usage, from the repository root, as often as it takes:   models/train/gpu.sh IN OUT [SECONDS] [RECIPE]   (IN may be OUT of the piece before)
# The last piece also leaves the bundle in OUT, its weights cut into parts: cat OUT/model.safetensors.* > model.safetensors
set -euo pipefail
in=$1 out=$2 seconds=${3:-470} recipe=${4:-gpu} work=$(mktemp -d)
python3 -m models.train.pieces unpack "$in" "$work"
python3 -m models.train.run --recipe "$recipe" --work "$work" --seconds "$seconds" --stage vq --stage tokenizer --stage tower --stage pool --stage train
if grep -q '"done": true' "$work/mot.json" 2>/dev/null; then
  mkdir -p "$out"
  rm -f "$out"/state-??.bin
  python3 -m models.train.run --recipe "$recipe" --work "$work" --stage decoder --stage export --out "$work/nano"
  split -b 15m -d "$work/nano/model.safetensors" "$out/model.safetensors."
  cp "$work/nano/config.json" "$work/nano/tokenizer.json" "$work/nano/tokenizer_config.json" "$out/"
  cp "$work/nano/vqvae/config.json" "$out/vqvae.config.json"
else
  python3 -m models.train.pieces pack "$work" "$out"
fi
