import { leadsTo } from './own-hosts.ts';
import { type Inline, readText } from './plain-text.ts';

export function RichText({ text }: { text: string }) {
  return (
    <>
      {readText(text).map((block, i) => {
        if (block.kind === 'paragraph')
          return (
            <p key={i}>
              {block.lines.map((line, j) => (
                <>
                  {j > 0 && <br />}
                  <Line parts={line} />
                </>
              ))}
            </p>
          );
        const items = block.items.map((item, j) => (
          <li key={j}>
            <Line parts={item} />
          </li>
        ));
        return block.ordered ? (
          <ol key={i} start={block.start}>
            {items}
          </ol>
        ) : (
          <ul key={i}>{items}</ul>
        );
      })}
    </>
  );
}

function Line({ parts }: { parts: Inline[] }) {
  return (
    <>
      {parts.map(({ kind, text }, i) => {
        if (kind === 'strong') return <strong key={i}>{text}</strong>;
        if (kind === 'text') return text;
        const host = leadsTo(text);
        return [
          <a key={i} href={text} target="_blank" rel="noopener noreferrer">
            {text}
          </a>,
          host && ` (leads to ${host})`,
        ];
      })}
    </>
  );
}
