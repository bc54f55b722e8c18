# Reads what the settings and the last lists name: no TAB waits for a program to start.
function _butlr_tui_config
    set -l places "$XDG_CONFIG_HOME/butlr-tui/config.toml" ~/.config/butlr-tui/config.toml \
        "$HOME/Library/Application Support/butlr-tui/config.toml"
    set -q BUTLR_TUI_CONFIG; and set places $BUTLR_TUI_CONFIG
    for place in $places
        test -r $place; and cat $place; and return
    end
end

function _butlr_tui_profiles
    echo local
    _butlr_tui_config | string replace -rf '^ *\[profiles\.([A-Za-z0-9_-]+)\].*' '$1'
end

function _butlr_tui_destinations
    set -l typed (commandline -ct)
    if string match -q 'file:*' -- $typed
        for path in (__fish_complete_path (string replace 'file:' '' -- $typed))
            echo file:$path
        end
    else
        printf '%s\n' clipboard file: ssh: stdout
        _butlr_tui_config |
            string replace -rf '^ *\[profiles\.[A-Za-z0-9_-]+\.commands\.([A-Za-z0-9_-]+)\].*' 'command:$1'
        _butlr_tui_config |
            command sed -n '/^ *\[recipients\]/,/^ *\[/s/^ *\([A-Za-z0-9][A-Za-z0-9_-]*\) *=.*/seal:\1/p'
    end
end

function _butlr_tui_clients
    set -l lists "$XDG_CACHE_HOME/butlr-tui/clients"
    test -n "$XDG_CACHE_HOME"; or set lists ~/.cache/butlr-tui/clients
    test -d $lists; or set lists ~/Library/Caches/butlr-tui/clients
    set -l words (commandline -opc)
    set -l profile '*'
    if set -l at (contains -i -- --profile $words)
        set profile $words[(math $at + 1)]
    end
    if test "$profile" = '*'
        test -d $lists; and cat $lists/* 2>/dev/null | sort -u
    else
        test -r "$lists/$profile"; and cat "$lists/$profile"
    end
end
